import type { LeftOut } from '../../shared/recording/support-logs.ts'
import { oneLine } from '../../shared/text.ts'

/** What a bundle contains and what it lacks, as in `collection.json`. */
export interface Collection {
  readonly tool: string
  /** RFC 3339. */
  readonly createdAt: string
  readonly partial: string | null
  /** Time range of the logs, and the maximum size of one. */
  readonly logs: { readonly sinceMinutes: number; readonly bytes: number }
  readonly nodes: {
    readonly read: readonly string[]
    readonly notRead: readonly { readonly node: string; readonly why: string }[]
  }
  readonly leftOut: readonly LeftOut[]
}

/** `README.txt`: for people who unpack a bundle. */
export const renderReadme = (collection: Collection): string =>
  `${[...intro(collection), '', ...places, '', ...reading, '', ...gaps(collection)].join('\n')}\n`

const intro = ({ tool, createdAt, partial, nodes }: Collection): readonly string[] => [
  'What a Kubernetes cluster and its nodes said about their network',
  '',
  `Recorded by ${tool} at ${createdAt}: ${nodes.read.length} of ${nodes.read.length + nodes.notRead.length} nodes.`,
  ...(partial === null ? [] : [`This is PARTIAL: ${oneLine(partial, 1000)}`]),
]

const places: readonly string[] = [
  'What lies where',
  '  report.txt, report.html, report.json   what was found when this was recorded; begin here',
  '  cluster/resources/GROUP/VERSION/*.json lists of the API: pods, events, services, nodes, …',
  '  cluster/logs/NAMESPACE/POD/*.log       logs of CNI, DNS and kube-proxy pods; .previous.log of the run before',
  '  cluster/configz/NODE.json              configuration that each kubelet runs with',
  '  cluster/errors.json                    what the API refused or did not answer',
  '  nodes/NODE/files/…                     files of the node under their own paths: CNI configuration, /proc, /sys, logs',
  '  nodes/NODE/files.json                  every path that was looked at: size, mode, what is missing or unreadable',
  '  nodes/NODE/commands/*.json             what programs of the node printed: packet filter, journals, dmesg',
  '  nodes/NODE/cri/*.json, http/*.json     answers of the container runtime and of health ports',
  '  nodes/NODE/netns/POD-UID/…             the same from inside of pods: addresses, routes, resolv.conf',
  '  nodes/NODE/node.json                   when the node was read, and what could not be read',
  '  bundle.json, collection.json           what this recording is, and what is not in it',
]

const reading: readonly string[] = [
  'How to read it again, without the cluster',
  '  kubectl netcheck analyze FILE                  judge it: causes, what they explain, how to mend them',
  '  kubectl netcheck nodes --from FILE -o wide     the same for other commands: nodes, ipam, check dns, …',
]

const mostNamed = 60

function gaps({ nodes, leftOut, logs }: Collection): readonly string[] {
  const unread = nodes.notRead.map(({ node, why }) => `  node ${oneLine(node)}: ${oneLine(why)}`)
  const left = leftOut.map(({ what, message }) => `  ${oneLine(what)}: ${oneLine(message)}`)
  const all = [...unread, ...left]
  const more = all.length > mostNamed ? [`  … and ${all.length - mostNamed} more: see collection.json`] : []
  return [
    'What is not in it',
    '  Secrets, values of environment variables, keys, tokens and passwords: they are taken out before anything is written.',
    `  Logs before the last ${logs.sinceMinutes} minutes as far as they are many, and of each log more than its last ${logs.bytes} bytes.`,
    '  Packets: nothing is captured.',
    ...all.slice(0, mostNamed),
    ...more,
  ]
}
