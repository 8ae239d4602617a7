import type { Evidence } from '../../../shared/finding.ts'
import { counted } from '../../../shared/text.ts'
import { type Draft, found, nodeCheck, notApplicable, notRun, passed } from '../../engine/check.ts'
import { type AddressUse, addressParts, addressUse, inState, type NetworkUse } from '../../model/address-use.ts'
import { tellAge } from '../../model/ages.ts'
import { apiNode } from '../../model/api-node.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { type LeakCauses, leakCauses } from '../../model/leak-causes.ts'
import type { Verdict } from '../../model/reservation-verdicts.ts'

export default nodeCheck({
  code: 'IPM001',
  severity: 'warning',
  title: 'Leaked addresses',
  explains: ['IPM002', 'IPM003'],
  needs: [],
  wants: [...addressParts, 'hostLogs', 'kernel'],
  wantsCluster: ['nodes', 'pods'],
  run: ({ node, maybe, maybeCluster, takenAt }) => {
    const api = apiNode(maybeCluster.nodes, node)
    const use = addressUse({ parts: maybe, node: api, pods: maybeCluster.pods, takenAt })
    const cases = use.networks.flatMap(network => {
      const leaks = inState(network, 'leaked')
      return leaks.length > 0
        ? [{ network, leaks, causes: leakCauses(leaks, { ...maybe, lookedAt: use.lookedAt }) }]
        : []
    })
    if (cases.length > 0) return found(...cases.map(each => draft(node, use, each)))
    if (use.unknown !== null) return notRun(use.unknown)
    if (use.networks.length === 0) return notApplicable('host-local gives no addresses here')
    const isOpen = use.networks.some(network => inState(network, 'unknown').length > 0)
    return isOpen && use.silence !== null ? notRun(use.silence) : passed
  },
})

interface Leak {
  readonly network: NetworkUse
  readonly leaks: readonly Verdict[]
  readonly causes: LeakCauses
}

function draft(node: string, { complete }: AddressUse, { network, leaks, causes }: Leak): Draft {
  const others = inState(network, 'live').length
  return {
    key: network.name,
    confidence: complete ? 'certain' : 'likely',
    message: `${counted(leaks.length, 'address', 'addresses')} of network ${network.name} on ${node} ${leaks.length === 1 ? 'is' : 'are'} reserved for containers that are gone`,
    evidence: [
      {
        at: `${node}:${network.path}`,
        observed: `${listed(leaks)}; ${others} more belong to sandboxes of the runtime`,
        expected: 'a sandbox, pod, neighbour or network namespace for each',
      },
      ...causeEvidence(node, causes),
    ],
    danger: 'they are never given again; when none is left, no further pod can start on this node',
    remedies: [
      {
        title: 'see each of them, with what it was and since when',
        commands: [onWorkstation(`kubectl netcheck ipam --node ${quote(node)} -o wide`)],
        risk: 'none',
      },
      giveBack(node, network.name),
    ],
    verify: `kubectl netcheck ipam --node ${quote(node)}`,
  }
}

/** Maximum number of addresses in a finding; `ipam` lists all. */
const most = 5

function listed(leaks: readonly Verdict[]): string {
  const named = leaks
    .slice(0, most)
    .map(({ reservation, ageMs, pod }) => `${reservation.address} (${tellAge(ageMs)}${pod ? `, was ${pod}` : ''})`)
  return `${named.join(', ')}${leaks.length > most ? ` and ${leaks.length - most} more` : ''}`
}

function causeEvidence(node: string, { failingDelete, boot, runtimeStart }: LeakCauses): readonly Evidence[] {
  const time = (ms: number) => new Date(ms).toISOString()
  return [
    ...(failingDelete ? [{ at: `${node}: ${failingDelete.at}`, observed: failingDelete.line }] : []),
    ...(boot && boot.before > 0
      ? [{ at: `${node}:/proc/uptime`, observed: `${boot.before} of them are older than the boot at ${time(boot.at)}` }]
      : []),
    ...(runtimeStart && runtimeStart.before > 0
      ? [
          {
            at: `${node}: log of the runtime`,
            observed: `${runtimeStart.before} of them are older than its start at ${time(runtimeStart.at)}`,
          },
        ]
      : []),
  ]
}

/** `release` compares each file again under host-local's lock and keeps a backup, so it can be undone. */
function giveBack(node: string, network: string): Draft['remedies'][number] {
  const release = `kubectl netcheck ipam release --node ${quote(node)} --network ${quote(network)} --all-leaked`
  return {
    title: 'mend what leaks first; then look at what would be given back, and give it back',
    commands: [onWorkstation(release), onWorkstation(`${release} --yes`)],
    risk: 'low',
    rollback: `kubectl netcheck ipam undo --node ${quote(node)}`,
  }
}
