import type { NetworkConfig } from '../../../shared/formats/cni-config.ts'
import { isOk, mapReading, ok, type Reading, unavailable } from '../../../shared/reading.ts'
import type { NodeParts, PartName } from '../../../shared/snapshot.ts'
import type { ApiNode } from '../../cluster/nodes.ts'
import { comparableFacts, comparableParts, isPodDevice } from '../comparable-facts.ts'
import { ruleTopics } from './rule-topics.ts'
import { closedTopic, linesOf, openTopic, type Topic } from './topic.ts'

/** Parts of a node that two recordings are compared in. */
export const comparedParts = [
  ...comparableParts,
  'cniBinaries',
  'firewallServices',
  'resolvConf',
  'routes',
  'security',
] as const satisfies readonly PartName[]

export type ComparedParts = Pick<NodeParts, (typeof comparedParts)[number]>

/** What can be compared of a node between two times. Counters, times and what belongs to single pods are left out. */
export const nodeTopics = (parts: ComparedParts): readonly Topic[] => [
  fromComparable(parts, 'kernel'),
  fromComparable(parts, 'runtime'),
  openTopic({
    name: 'kubeProxy',
    reading: parts.kubeProxy,
    facts: ({ mode }) => [['mode of kube-proxy', mode]],
  }),
  cniFiles(parts),
  closedTopic({
    name: 'cniBinaries',
    reading: parts.cniBinaries,
    facts: ({ directories }) =>
      directories.map(({ path, entries }) => [
        `CNI programs in ${path}`,
        mapReading(entries, list =>
          list
            .map(({ name }) => name)
            .sort()
            .join('\n'),
        ),
      ]),
  }),
  fromComparable(parts, 'sysctls'),
  fromComparable(parts, 'modules'),
  { ...fromComparable(parts, 'links'), isClosed: true },
  addresses(parts),
  routes(parts),
  fromComparable(parts, 'iptables'),
  ...ruleTopics(parts.iptables),
  resolvers(parts),
  ...guards(parts),
]

/** What the API says of a node. */
export const apiNodeTopic = (node: Reading<ApiNode>): Topic =>
  openTopic({
    name: 'Node',
    reading: node,
    facts: ({ conditions, ...node }) => [
      ['kubelet', ok(node.kubeletVersion)],
      ['OS', ok(node.osImage)],
      ['range of pods', ok(node.podCIDRs.join(' '))],
      [
        'address of the node',
        ok(
          node.addresses
            .map(({ address }) => address)
            .sort()
            .join(' '),
        ),
      ],
      ['taints', ok(taintsOf(node))],
      ...conditions
        .filter(({ type }) => type === 'Ready' || type === 'NetworkUnavailable')
        .map(({ type, status }) => [type, ok<string>(status)] as const),
    ],
  })

/** Without those that only repeat a condition. */
const taintsOf = ({ taints }: Pick<ApiNode, 'taints'>): string =>
  taints
    .filter(({ key }) => !key.startsWith('node.kubernetes.io/'))
    .map(({ key, value, effect }) => `${key}${value ? `=${value}` : ''}:${effect}`)
    .sort()
    .join(' ')

function fromComparable(parts: ComparedParts, part: Exclude<(typeof comparableParts)[number], 'cniConfig'>): Topic {
  return openTopic<unknown>({
    name: part,
    reading: parts[part],
    facts: () => [...comparableFacts({ [part]: parts[part] }, undefined)].map(([name, value]) => [name, ok(value)]),
  })
}

/** Every file that a runtime would consider; a directory that is not there has none. */
const cniFiles = ({ cniConfig }: ComparedParts): Topic =>
  closedTopic({
    name: 'cniConfig',
    reading: isOk(cniConfig) ? cniConfig.value.files : cniConfig,
    facts: files =>
      files.map(({ name, content }) => [`CNI configuration ${name}`, mapReading(content, describeConfig)]),
  })

const describeConfig = (config: NetworkConfig): string =>
  config.problem === null ? linesOf(config) : `refused: ${config.problem.message}`

/** Of devices that are no pod's; link-local ones are made by the kernel. */
const addresses = ({ links }: ComparedParts): Topic =>
  closedTopic({
    name: 'addresses',
    reading:
      links.status === 'ok' && !links.value.hasAddresses
        ? unavailable('failed', 'the addresses of devices were not read')
        : links,
    facts: ({ links }) =>
      links
        .filter(link => !isPodDevice(link))
        .map(({ name, addresses }) => [
          `addresses of ${name}`,
          ok(
            addresses
              .filter(address => !address.startsWith('fe80:'))
              .sort()
              .join(' '),
          ),
        ]),
  })

/** Routes of the main table that do not lead to single pods. */
const routes = ({ routes, links }: ComparedParts): Topic =>
  closedTopic({
    name: 'routes',
    reading: routes,
    facts: ({ routes }) => {
      const devices = links.status === 'ok' ? links.value.links : []
      const ofPods = new Set(devices.filter(isPodDevice).map(({ name }) => name))
      const shown = routes.filter(
        ({ table, destination, device }) =>
          table === 'main' &&
          !/^(?:fe80|ff00)::/.test(destination) &&
          !(device !== null && (ofPods.has(device) || isPodDevice({ name: device, kind: null }))),
      )
      const destinations = [...new Set(shown.map(({ destination }) => destination))]
      return destinations.map(destination => [
        `route to ${destination}`,
        ok(
          shown
            .filter(route => route.destination === destination)
            .map(describeRoute)
            .sort()
            .join(' and '),
        ),
      ])
    },
  })

type Route = Extract<ComparedParts['routes'], { status: 'ok' }>['value']['routes'][number]

const describeRoute = ({ type, gateway, device, metric }: Route): string =>
  [
    type === 'unicast' ? '' : type,
    gateway === null ? '' : `via ${gateway}`,
    device === null ? '' : `dev ${device}`,
    metric === 0 ? '' : `metric ${metric}`,
  ]
    .filter(Boolean)
    .join(' ')

const resolvers = ({ resolvConf }: ComparedParts): Topic =>
  openTopic({
    name: 'resolvConf',
    reading: resolvConf,
    facts: ({ files }) =>
      files.flatMap(({ path, content }) =>
        (['nameservers', 'search', 'options'] as const).map(
          field => [`${field} in ${path}`, mapReading(content, resolver => resolver[field].join(' '))] as const,
        ),
      ),
  })

const guards = ({ firewallServices, security }: ComparedParts): readonly Topic[] => [
  openTopic({
    name: 'firewallServices',
    reading: firewallServices,
    facts: ({ firewalld, ufw }) => [
      ['firewalld', mapReading(firewalld, ({ running }) => (running ? 'running' : 'stopped'))],
      ['ufw', mapReading(ufw, ({ enabled }) => (enabled ? 'enabled' : 'disabled'))],
    ],
  }),
  openTopic({
    name: 'security',
    reading: security,
    facts: ({ selinux }) => [
      ['SELinux', mapReading(selinux, ({ enforcing }) => (enforcing ? 'enforcing' : 'permissive'))],
    ],
  }),
]
