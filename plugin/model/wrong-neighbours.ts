import type { Evidence } from '../../shared/finding.ts'
import type { Neighbour } from '../../shared/formats/ip-neigh.ts'
import type { Links } from '../../shared/node/links.ts'
import type { Neighbours } from '../../shared/node/neighbours.ts'
import { isOk, type Reading } from '../../shared/reading.ts'
import type { Draft } from '../engine/check.ts'
import { onNode } from './command.ts'

interface Tables {
  readonly links: Reading<Links>
  readonly neighbours: Reading<Neighbours>
}

interface Wrong {
  readonly entry: Neighbour
  readonly peer: string
  /** Of the device of the peer that has the address. */
  readonly mac: string
}

/** Nodes that have another node's address with a MAC that it does not have, written down so that it is never learned anew. */
export const findWrongNeighbours = (
  nodes: ReadonlyMap<string, Tables>,
  owners: ReadonlyMap<string, string>,
): readonly Draft[] =>
  [...nodes].flatMap(([node, { neighbours }]) => {
    const entries = isOk(neighbours) && isOk(neighbours.value.entries) ? neighbours.value.entries.value : []
    const wrong = entries
      .filter(({ state }) => state === 'permanent')
      .flatMap(entry => wrongEntry(entry, { node, nodes, owners }) ?? [])
      .filter(each => !isProxied(each.entry, entries))
    return wrong.length > 0 ? [draft(node, wrong)] : []
  })

interface Scene {
  readonly node: string
  readonly nodes: ReadonlyMap<string, Tables>
  readonly owners: ReadonlyMap<string, string>
}

function wrongEntry(entry: Neighbour, { node, nodes, owners }: Scene): Wrong | null {
  const peer = owners.get(entry.address)
  const links = peer === undefined || peer === node ? undefined : nodes.get(peer)?.links
  if (peer === undefined || !links || !isOk(links) || entry.mac === null) return null
  const own = links.value.links
  const holder = own.find(({ addresses }) => addresses.some(each => each.replace(/\/\d+$/, '') === entry.address))
  const mac = entry.mac.toLowerCase()
  if (!holder?.mac || own.some(each => each.mac?.toLowerCase() === mac)) return null
  return { entry, peer, mac: holder.mac.toLowerCase() }
}

/** A router that answers for others has its MAC at several addresses, as in the networks of some clouds. */
const isProxied = ({ address, device, mac }: Neighbour, entries: readonly Neighbour[]): boolean =>
  entries.some(each => each.device === device && each.mac === mac && each.address !== address)

function draft(node: string, wrong: readonly Wrong[]): Draft {
  const [first] = wrong
  const shown = wrong.slice(0, 5)
  return {
    subject: { kind: 'Node', name: node },
    key: 'neighbour',
    message: `${node} sends packets for ${first?.peer}${wrong.length > 1 ? ` and ${wrong.length - 1} more` : ''} to the MAC ${first?.entry.mac}, which ${wrong.length > 1 ? 'they do not have' : 'it does not have'}`,
    evidence: shown.map(evidenceOf(node)),
    danger:
      'nothing that this node sends there arrives, what its pods send to pods there neither; the entry never ends by itself',
    remedies: [
      {
        title: 'take the entry out, and have it no longer written; the kernel asks for the address itself',
        commands: shown.map(({ entry }) => onNode(`ip neigh del ${entry.address} dev ${entry.device}`)),
        risk: 'low',
        rollback: shown
          .map(({ entry }) => `ip neigh replace ${entry.address} lladdr ${entry.mac} dev ${entry.device} nud permanent`)
          .join('; '),
      },
    ],
  }
}

const evidenceOf =
  (node: string) =>
  ({ entry, peer, mac }: Wrong): Evidence => ({
    at: `${node}: ip neigh show ${entry.address} dev ${entry.device}`,
    observed: `lladdr ${entry.mac} PERMANENT`,
    expected: `lladdr ${mac}, as ${peer} has it`,
  })
