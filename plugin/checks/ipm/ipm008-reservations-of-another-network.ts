import type { HostLocalStore } from '../../../shared/node/host-local.ts'
import { isOk } from '../../../shared/reading.ts'
import { type Draft, found, nodeCheck, notApplicable, notRun, passed } from '../../engine/check.ts'
import { addressParts, addressUse, type NetworkUse } from '../../model/address-use.ts'
import { apiNode } from '../../model/api-node.ts'
import { onNode, quote } from '../../model/command.ts'

export default nodeCheck({
  code: 'IPM008',
  severity: 'warning',
  title: 'Reservations of another network',
  explains: [],
  needs: ['hostLocal'],
  wants: addressParts,
  wantsCluster: ['nodes', 'pods'],
  run: ({ node, maybe, maybeCluster, takenAt }) => {
    const api = apiNode(maybeCluster.nodes, node)
    const use = addressUse({ parts: maybe, node: api, pods: maybeCluster.pods, takenAt })
    const { networks, otherStores, unknown } = use
    const listed = isOk(maybe.sandboxes) ? maybe.sandboxes.value.sandboxes : []
    const ids = new Set(listed.filter(({ ready }) => ready).map(({ id }) => id))
    const drafts = [
      ...networks.filter(({ outside }) => outside.length > 0).map(network => oldRange(node, network)),
      ...otherStores
        .filter(({ reservations }) => reservations.length > 0)
        .map(store =>
          otherNetwork(node, store, store.reservations.filter(({ containerId }) => ids.has(containerId)).length),
        ),
    ]
    if (drafts.length > 0) return found(...drafts)
    if (unknown !== null) return notRun(unknown)
    return networks.length > 0 ? passed : notApplicable('host-local gives no addresses here')
  },
})

const oldRange = (node: string, { name, path, ranges, outside }: NetworkUse): Draft => ({
  key: path,
  message: `${outside.length} reservations of network ${name} on ${node} lie outside of its present range`,
  evidence: [
    {
      at: `${node}:${path}`,
      observed: some(outside.map(({ reservation }) => reservation.address)),
      expected: ranges.map(({ range }) => range).join('; '),
    },
  ],
  danger: 'pods that still have them are routed by nobody once the old range is gone',
  remedies: [look(path)],
})

/** Networks of Multus and leftovers look alike; it only matters while pods still live in it. */
const otherNetwork = (node: string, { network, path, reservations }: HostLocalStore, live: number): Draft => ({
  key: path,
  severity: live > 0 ? 'warning' : 'info',
  message: `${node} holds reservations of network ${network}, which no configuration in use names`,
  evidence: [
    {
      at: `${node}:${path}`,
      observed: `${some(reservations.map(({ address }) => address))}; ${live} of them of running pods`,
    },
  ],
  danger: 'when their pods end, the configuration that could release them is gone, and they stay for ever',
  remedies: [look(path)],
})

const look = (path: string): Draft['remedies'][number] => ({
  title: 'see whose they are; a store without live pods may be moved away',
  commands: [onNode(`head -n 1 ${quote(path)}/*`), onNode('crictl pods -q --no-trunc')],
  risk: 'none',
})

const some = (addresses: readonly string[]): string =>
  `${addresses.length} reservations: ${addresses.slice(0, 5).join(', ')}${addresses.length > 5 ? ', …' : ''}`
