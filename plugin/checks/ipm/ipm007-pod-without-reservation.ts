import { parseAddress } from '../../../shared/ip.ts'
import { valueOr } from '../../../shared/reading.ts'
import type { Pod } from '../../cluster/pods.ts'
import { type Draft, found, nodeCheck, notApplicable, notRun, passed } from '../../engine/check.ts'
import { holds } from '../../model/address-ranges.ts'
import { apiNode } from '../../model/api-node.ts'
import { onNode, onWorkstation, quote } from '../../model/command.ts'
import type { ServedNetwork } from '../../model/local-networks.ts'
import { storeAt } from '../../model/local-networks.ts'
import { servedOn, whyLeftOut } from '../../model/node-networks.ts'
import { ageOf, minute, networkedPodsOn, podKey } from '../../model/pods.ts'

export default nodeCheck({
  code: 'IPM007',
  severity: 'warning',
  title: 'Live pod without a reservation',
  explains: ['IPM005'],
  needs: ['sandboxes', 'hostLocal'],
  wants: ['cniConfig', 'runtime'],
  cluster: ['pods'],
  wantsCluster: ['nodes'],
  run: ({ node, parts, maybe, cluster: { pods }, maybeCluster, takenAt }) => {
    const { served, unknown } = servedOn({ ...maybe, node: apiNode(maybeCluster.nodes, node) })
    if (unknown !== null) return notRun(unknown)
    if (served.length === 0) return notApplicable('host-local gives no addresses here')
    const unread = served.find(({ path, sets }) => !sets || !storeAt(parts.hostLocal, path))
    if (unread) return notRun(whyLeftOut(unread) ?? unread.path)
    const lookedAt = parts.hostLocal.secondLook ? Date.parse(parts.hostLocal.secondLook.from) : takenAt
    const stores = parts.hostLocal.roots.flatMap(root => valueOr(root.stores, []))
    const known = new Set(
      stores.flatMap(({ reservations, strays }) => [
        ...reservations.map(({ containerId }) => containerId),
        ...strays.map(({ name }) => name),
      ]),
    )
    const own = networkedPodsOn(pods, node)
    const bare = parts.sandboxes.sandboxes.flatMap(({ id, pod: { uid, namespace, name }, ready, createdAt }) => {
      const age = ageOf(createdAt, lookedAt)
      if (!ready || known.has(id) || age === null || age < 5 * minute) return []
      const pod = own.find(each => (uid && each.uid ? each.uid === uid : podKey(each) === `${namespace}/${name}`))
      const address = pod?.ips.find(ip => !known.has(ip) && isServed(ip, served))
      return pod && address !== undefined && !pod.deleting ? [{ id, pod, address }] : []
    })
    return bare.length > 0 ? found(draft(node, served[0]?.path ?? '', bare)) : passed
  },
})

function isServed(ip: string, served: readonly ServedNetwork[]): boolean {
  const address = parseAddress(ip)
  return address !== null && served.some(({ sets }) => sets?.some(set => holds(set, address)))
}

interface Bare {
  readonly id: string
  readonly pod: Pod
  readonly address: string
}

const draft = (node: string, path: string, bare: readonly Bare[]): Draft => ({
  message: `${bare.length} running pods of ${node} have an address that is reserved for nobody`,
  evidence: bare.slice(0, 5).map(({ id, pod, address }) => ({
    at: `Pod ${podKey(pod)}`,
    observed: `${address}, sandbox ${id.slice(0, 12)}, in no file of ${node}:${path}`,
    expected: 'a file of that name with the sandbox’s id',
  })),
  danger: 'the address may be given to another pod at any time',
  remedies: [
    {
      title: 'see that it is missing, then make the pods anew: they get an address that is reserved',
      commands: [
        onNode(`ls ${quote(path)}`),
        onWorkstation(`kubectl -n ${quote(bare[0]?.pod.namespace ?? '')} delete pod ${quote(bare[0]?.pod.name ?? '')}`),
      ],
      risk: 'disruptive',
    },
  ],
})
