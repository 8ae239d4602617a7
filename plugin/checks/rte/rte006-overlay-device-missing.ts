import type { Links } from '../../../shared/node/links.ts'
import { isOk, type Reading } from '../../../shared/reading.ts'
import type { ConfigMap } from '../../cluster/config-maps.ts'
import type { ApiNode } from '../../cluster/nodes.ts'
import type { Pod } from '../../cluster/pods.ts'
import { type Draft, found, nodeCheck, notApplicable, notRun, passed } from '../../engine/check.ts'
import { onNode, onWorkstation, quote } from '../../model/command.ts'
import { cniComponentsOf } from '../../model/components.ts'
import { announcedDevices, type NeededDevice, needed } from '../../model/overlay-devices.ts'
import { ageOf, livePodsOn, minute } from '../../model/pods.ts'

export default nodeCheck({
  code: 'RTE006',
  severity: 'error',
  title: 'Overlay device missing or down',
  explains: ['NET002', 'NET003', 'DNS001', 'DNS005', 'DNS017', 'SVC002'],
  needs: ['links'],
  cluster: ['nodes', 'pods'],
  wantsCluster: ['configMaps'],
  run: ({ node, parts: { links }, cluster: { nodes, pods }, maybeCluster: { configMaps }, takenAt }) => {
    const self = nodes.find(({ name }) => name === node)
    if (!self) return notApplicable('the API has no such node')
    const agents = livePodsOn(pods, node).filter(pod => cniComponentsOf(pod).length > 0)
    const wanted = devicesNeeded(self, agents, configMaps)
    const hasCilium = agents.some(pod => cniComponentsOf(pod).includes('cilium'))
    const unread =
      hasCilium && !isOk(configMaps) ? notRun(`the settings of Cilium were not read: ${configMaps.detail}`) : null
    if (wanted.length === 0) return unread ?? notApplicable('no overlay is known to be used here')
    const isYoung = (ageOf(self.createdAt, takenAt) ?? 5 * minute) < 5 * minute
    const drafts = wanted.flatMap(each => judge(node, each, { links, isYoung, agents }))
    return drafts.length > 0 ? found(...drafts) : (unread ?? passed)
  },
})

/** Tunnels that the node itself announces, and devices without which a product's agent never runs. */
function devicesNeeded(
  self: ApiNode,
  agents: readonly Pod[],
  configMaps: Reading<readonly ConfigMap[]>,
): NeededDevice[] {
  const held = new Set(agents.flatMap(cniComponentsOf))
  return [
    ...announcedDevices(self),
    ...(held.has('weave') ? [needed('weave', 'weave', 'the agent of Weave Net runs here')] : []),
    ...(held.has('cilium') ? [needed('cilium', 'cilium_host', 'the agent of Cilium runs here')] : []),
    ...(held.has('cilium') ? ciliumTunnel(configMaps) : []),
    ...(held.has('antrea') ? [needed('antrea', 'antrea-gw0', 'the agent of Antrea runs here')] : []),
  ]
}

/** Source: Cilium's options `routing-mode` and, before 1.14, `tunnel`. */
function ciliumTunnel(configMaps: Reading<readonly ConfigMap[]>): NeededDevice[] {
  const config = isOk(configMaps) ? configMaps.value.find(({ name }) => name === 'cilium-config') : undefined
  if (!config || !isOk(config.data)) return []
  const { 'routing-mode': mode, tunnel, 'tunnel-protocol': protocol } = config.data.value
  const kind = protocol ?? (tunnel === 'disabled' ? undefined : tunnel) ?? 'vxlan'
  const isTunnel = mode === 'tunnel' || (mode === undefined && tunnel !== undefined && tunnel !== 'disabled')
  return isTunnel && /^(?:vxlan|geneve)$/.test(kind)
    ? [needed('cilium', `cilium_${kind}`, 'ConfigMap kube-system/cilium-config')]
    : []
}

interface Scene {
  readonly links: Links
  readonly isYoung: boolean
  readonly agents: readonly Pod[]
}

/** An agent that does not run makes no device: that is told of the agent. */
function judge(
  node: string,
  { product, device, name, source }: NeededDevice,
  { links, isYoung, agents }: Scene,
): Draft[] {
  const own = agents.filter(pod => cniComponentsOf(pod).includes(product))
  if (own.some(({ ready }) => !ready) || isYoung) return []
  const link = links.links.find(each => device.test(each.name))
  if (link && link.state !== 'down') return []
  const pod = own[0]
  return [
    {
      key: name,
      message: link ? `overlay device ${name} of ${node} is down` : `overlay device ${name} is missing on ${node}`,
      evidence: [
        {
          at: `${node}:/sys/class/net/${name}`,
          observed: link ? `operstate ${link.state}` : 'no such device',
          expected: 'a device that is up',
        },
        { at: source, observed: `needs ${name}` },
      ],
      danger: 'pods of this node do not reach pods of other nodes, nor these them; the node stays Ready',
      remedies: [
        link
          ? {
              title: 'bring the device up',
              commands: [onNode(`ip link set ${name} up`)],
              risk: 'low',
              rollback: `ip link set ${name} down`,
            }
          : {
              title: 'restart the CNI’s agent of this node, which makes the device',
              commands: [
                pod
                  ? onWorkstation(`kubectl -n ${quote(pod.namespace)} delete pod ${quote(pod.name)}`)
                  : onNode('systemctl restart k3s || systemctl restart k3s-agent   # the service that holds flannel'),
              ],
              risk: 'low',
              rollback: 'none is needed: its DaemonSet makes it again',
            },
      ],
    },
  ]
}
