import { isMissing, isOk } from '../../../shared/reading.ts'
import { clusterCheck, foundAmong } from '../../engine/check.ts'
import {
  foreignDraft,
  intruderDraft,
  nodesDraft,
  servicesDraft,
  sharedDraft,
  weaveDrafts,
} from '../../model/overlap-drafts.ts'
import { findPathFaults, landscapeFor, undecidedPaths, undecidedRanges } from '../../model/path-faults.ts'
import { addressesWithin, intrudersAmong, namedRange, nodesWithin, sharedRanges } from '../../model/range-overlaps.ts'
import { findServicesRefused } from '../../model/service-routes.ts'
import { weaveRange } from '../../model/weave-range.ts'

export default clusterCheck({
  code: 'RTE003',
  severity: 'error',
  title: 'Overlapping ranges',
  explains: [
    ...['NET001', 'NET002', 'NET003', 'NET004', 'CNI007', 'CNI009', 'RTE001', 'RTE002', 'RTE006', 'POD001', 'NOD001'],
    ...['IPM005', 'API003', 'NOD004', 'DNS001', 'DNS005', 'DNS009', 'DNS017', 'SVC002', 'POD005'],
  ],
  cluster: ['nodes'],
  wantsCluster: ['pods', 'calicoBlocks', 'ciliumNodes', 'calicoPools', 'services', 'componentLogs'],
  wants: ['routes', 'rules', 'links', 'weave'],
  decisive: ['links', 'services', 'rules'],
  run: input => {
    const { cluster, maybeCluster, nodes } = input
    const landscape = landscapeFor(input)
    const weave = weaveRange(maybeCluster.pods, [...nodes.values()])
    const { calicoPools, services } = maybeCluster
    const pools = isOk(calicoPools) && landscape.map.products.has('calico') ? calicoPools.value : []
    const forPods = [
      ...pools
        .filter(({ disabled }) => !disabled)
        .flatMap(({ name, cidr }) => namedRange(`Calico’s pool ${name}`, cidr)),
      ...(weave ? [weave] : []),
      ...(pools.length > 0 || landscape.map.isRoutedByCloud
        ? []
        : landscape.map.ranges.map(({ cidr, network, node }) => ({ name: `the pods of ${node}`, cidr, network }))),
    ]
    const serviceIps = isOk(services) ? services.value.flatMap(({ clusterIPs }) => clusterIPs) : []
    const taken = [...nodes].flatMap(([node, { routes, links }]) =>
      isOk(routes)
        ? intrudersAmong({ node, routes: routes.value, links }, landscape).map(each => intruderDraft(node, each))
        : [],
    )
    const drafts = [
      ...sharedRanges(landscape.map).map(sharedDraft),
      ...forPods.flatMap(range => nodesDraft(range, nodesWithin(range.network, cluster.nodes))),
      ...forPods.flatMap(range => servicesDraft(range, addressesWithin(range.network, serviceIps))),
      ...taken,
      ...findServicesRefused({ services, pods: maybeCluster.pods, nodes, products: landscape.map.products }),
      ...(weave ? weaveDrafts(weave, input) : []),
      ...findPathFaults(input, landscape, ({ state }) => state === 'foreign')
        .filter(({ node }) => !taken.some(({ subject }) => subject?.name === node))
        .map(foreignDraft),
    ]
    const { products } = landscape.map
    const isPoolUnread = products.has('calico') && !isOk(calicoPools) && !isMissing(calicoPools)
    const unknown =
      isPoolUnread || (products.has('weave') && !weave) ? [{ nodes: [], why: 'the range of the CNI was not read' }] : []
    return foundAmong(drafts, [...undecidedPaths(input), ...undecidedRanges(input), ...unknown])
  },
})
