import { describeNodes, type NodeOverview, overviewParts } from '../../model/node-overview.ts'
import { defineView } from '../view.ts'

const unknown = '?'
const none = '-'

const name = ['NODE', ({ name }: NodeOverview) => name] as const
const findings = ['FINDINGS', ({ findings }: NodeOverview) => findings.join(' ') || none] as const

/** CNI set-up of each node for new pods. */
export const cniView = defineView<NodeOverview>({
  areas: ['CNI', 'IPM', 'HPN'],
  parts: overviewParts,
  cluster: [],
  takesName: null,
  key: 'nodes',
  none: 'there are no nodes',
  rows: (snapshot, { findings }) => describeNodes(snapshot, findings),
  columns: [
    name,
    findings,
    ['NETWORK', ({ cni }) => (cni === null ? unknown : cni.map(({ network }) => network).join(' ') || none)],
    ['FILE', ({ cni }) => (cni === null ? unknown : cni.map(({ file }) => file).join(' ') || none)],
    ['PLUGINS', ({ cni }) => (cni === null ? unknown : cni.map(({ plugins }) => plugins.join('+')).join(' ') || none)],
    [
      'ADDRESSES',
      ({ addresses }) =>
        addresses === null
          ? unknown
          : addresses.map(({ range, used, capacity }) => `${range} ${used}/${capacity}`).join(' ') || none,
    ],
    ['RUNTIME', ({ runtime }) => runtime ?? unknown],
  ],
})

/** How each node handles service addresses. */
export const proxyView = defineView<NodeOverview>({
  areas: ['PRX', 'CTK'],
  parts: overviewParts,
  cluster: [],
  takesName: null,
  key: 'nodes',
  none: 'there are no nodes',
  rows: (snapshot, { findings }) => describeNodes(snapshot, findings),
  columns: [
    name,
    findings,
    ['PROXY', ({ serviceProxy }) => serviceProxy ?? unknown],
    ['FORWARD', ({ forwarding }) => (forwarding === 'unknown' ? unknown : forwarding)],
    ['BRIDGE-NF', ({ bridgeFilter }) => (bridgeFilter === 'unknown' ? unknown : bridgeFilter)],
    ['CONNTRACK', ({ conntrack }) => (conntrack === null ? unknown : `${conntrack.count}/${conntrack.max}`)],
    ['KERNEL', ({ kernel }) => kernel ?? unknown],
  ],
})
