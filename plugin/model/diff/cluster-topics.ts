import { isOk, ok, type Reading } from '../../../shared/reading.ts'
import type { ConfigMap } from '../../cluster/config-maps.ts'
import type { DaemonSet } from '../../cluster/daemon-sets.ts'
import type { EndpointSlice } from '../../cluster/endpoint-slices.ts'
import type { Service } from '../../cluster/services.ts'
import type { Snapshot } from '../../engine/snapshot.ts'
import { componentOf } from '../components.ts'
import { closedTopic, linesOf, openTopic, type Topic } from './topic.ts'

type Workload = Pick<DaemonSet, 'namespace' | 'name' | 'podLabels' | 'containers'>
type Fact = readonly [string, Reading<string>]

/** Topics of the API's state. Pod names, times and event counts are left out. */
export const clusterTopics = ({ version, cluster }: Snapshot): readonly Topic[] => [
  openTopic({ name: 'version', reading: version, facts: value => [['API server', ok(value)]] }),
  closedTopic({ name: 'daemonSets', reading: cluster.daemonSets, facts: sets => sets.flatMap(daemonFacts) }),
  closedTopic({
    name: 'deployments',
    reading: cluster.deployments,
    facts: list => list.filter(isNetworkPart).flatMap(workload => workloadFacts('Deployment', workload)),
  }),
  ...configMapTopics(cluster.configMaps),
  closedTopic({
    name: 'networkPolicies',
    reading: cluster.networkPolicies,
    facts: policies =>
      policies.map(({ namespace, name, createdAt: _, ...spec }) => [
        `NetworkPolicy ${namespace}/${name}`,
        ok(linesOf(spec)),
      ]),
  }),
  closedTopic({
    name: 'services',
    reading: cluster.services,
    facts: services =>
      services.map(service => [`Service ${service.namespace}/${service.name}`, ok(describeService(service))]),
  }),
  closedTopic({ name: 'endpointSlices', reading: cluster.endpointSlices, facts: endpointFacts }),
]

/** Running configuration of a node's kubelet, from the API. */
export const kubeletTopic = ({ cluster }: Snapshot, node: string): Topic => {
  const list = cluster.kubeletConfigs
  const own = isOk(list) ? list.value.find(one => one.node === node)?.config : list
  return openTopic({
    name: 'kubeletConfigs',
    reading: own ?? { status: 'unavailable', reason: 'not-recorded', detail: 'the kubelet was not asked' },
    facts: ({ clusterDNS, clusterDomain, resolvConf, hairpinMode }) => [
      ['clusterDNS of the kubelet', ok(clusterDNS.join(' '))],
      ['clusterDomain of the kubelet', ok(clusterDomain)],
      ['resolvConf of the kubelet', ok(resolvConf ?? '')],
      ['hairpinMode of the kubelet', ok(hairpinMode)],
    ],
  })
}

const isNetworkPart = ({ podLabels, containers, name }: Workload): boolean =>
  componentOf({ labels: podLabels, containers, names: [name] }) !== null

const daemonFacts = (set: DaemonSet): readonly Fact[] => [
  ...workloadFacts('DaemonSet', set),
  [`ready pods of DaemonSet ${set.namespace}/${set.name}`, ok(`${set.ready} of ${set.desired}`)],
]

const workloadFacts = (kind: string, { namespace, name, containers }: Workload): readonly Fact[] =>
  containers.flatMap(({ name: container, image, command }) => [
    [`image of ${kind} ${namespace}/${name} ${container}`, ok(image)] as const,
    [`command of ${kind} ${namespace}/${name} ${container}`, ok(command.join('\n'))] as const,
  ])

/** One topic per ConfigMap, because each has its own reading. */
const configMapTopics = (maps: Reading<readonly ConfigMap[]>): readonly Topic[] =>
  isOk(maps)
    ? maps.value.map(({ namespace, name, data }) =>
        closedTopic({
          name: `configMaps ${namespace}/${name}`,
          reading: data,
          facts: values =>
            Object.entries(values).map(([key, text]) => [`ConfigMap ${namespace}/${name} ${key}`, ok(text)]),
        }),
      )
    : [closedTopic({ name: 'configMaps', reading: maps, facts: () => [] })]

const describeService = ({ type, clusterIPs, ports, selector, headless, externalName }: Service): string =>
  [
    type,
    headless ? 'headless' : (externalName ?? clusterIPs.join(' ')),
    ...ports.map(
      ({ port, protocol, targetPort, nodePort }) =>
        `${port}/${protocol}→${targetPort}${nodePort === null ? '' : ` on ${nodePort}`}`,
    ),
    ...Object.entries(selector ?? {}).map(([key, value]) => `${key}=${value}`),
  ]
    .filter(Boolean)
    .join(' ')

function endpointFacts(slices: readonly EndpointSlice[]): readonly Fact[] {
  const counts = new Map<string, { ready: number; all: number }>()
  for (const { namespace, service, endpoints } of slices) {
    if (service === null) continue
    const count = counts.get(`${namespace}/${service}`) ?? { ready: 0, all: 0 }
    counts.set(`${namespace}/${service}`, {
      ready: count.ready + endpoints.filter(({ ready }) => ready).length,
      all: count.all + endpoints.length,
    })
  }
  return [...counts].map(([name, { ready, all }]) => [`endpoints of ${name}`, ok(`${ready} of ${all} ready`)])
}
