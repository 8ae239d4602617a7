import { isMissing, isOk } from '../../../shared/reading.ts'
import { oneLine } from '../../../shared/text.ts'
import type { Pod } from '../../cluster/pods.ts'
import { type Draft, found, nodeCheck, notApplicable, notRun, passed } from '../../engine/check.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { cniComponentsOf } from '../../model/components.ts'
import { type Complaint, daemonComplaints } from '../../model/daemon-logs.ts'
import { livePodsOn, podKey } from '../../model/pods.ts'

export default nodeCheck({
  code: 'CNI011',
  severity: 'error',
  title: 'flannel without a lease',
  explains: ['CNI007', 'POD001'],
  needs: [],
  wants: ['cniDaemons'],
  cluster: ['nodes', 'pods'],
  wantsCluster: ['componentLogs'],
  decisive: ['cniDaemons'],
  run: ({ node, maybe: { cniDaemons }, cluster: { nodes, pods }, maybeCluster, takenAt }) => {
    const known = nodes.find(({ name }) => name === node)
    const daemons = livePodsOn(pods, node).filter(pod => cniComponentsOf(pod).includes('flannel'))
    if (!known || daemons.length === 0) return notApplicable('flannel has no pod there')
    const daemon = daemons.find(({ ready }) => !ready)
    if (!daemon) return passed
    const complaint = daemonComplaints({ pods, ...maybeCluster }, takenAt).findLast(
      each => each.pod === daemon && each.kind === 'no-lease',
    )
    const hasRange = known.podCIDRs.length > 0
    const isFileGone = isOk(cniDaemons) && isMissing(cniDaemons.value.flannel)
    const scene = { node, daemon, complaint, hasRange, isFileGone }
    // Once the range is assigned, the next start will find it.
    if (complaint && !(hasRange && asksForRange.test(complaint.line.text))) return found(draft(scene))
    if (!hasRange && isFileGone && takesRangeFromNode(daemon)) return found(draft(scene))
    return isOk(maybeCluster.componentLogs) ? passed : notRun(maybeCluster.componentLogs.detail)
  },
})

const asksForRange = /pod ?cidr/i

/** Without this flag flannel stores its ranges in etcd and ignores the Node. */
const takesRangeFromNode = ({ specs }: Pod) =>
  specs.some(({ command }) => command.some(word => /^--?kube-subnet-mgr(?:=true)?$/.test(word)))

interface Scene {
  readonly node: string
  readonly daemon: Pod
  readonly complaint: Complaint | undefined
  readonly hasRange: boolean
  readonly isFileGone: boolean
}

const draft = ({ node, daemon, complaint, hasRange, isFileGone }: Scene): Draft => ({
  confidence: complaint ? 'certain' : 'likely',
  message: hasRange
    ? `flannel on ${node} gets no lease on a subnet`
    : `flannel on ${node} gets no lease on a subnet, because the Node has no podCIDR`,
  evidence: [
    ...(hasRange ? [] : [{ at: `Node ${node}`, observed: 'spec.podCIDR is empty', expected: 'a range of its own' }]),
    ...(complaint ? [{ at: complaint.line.source, observed: oneLine(complaint.line.text, 240) }] : []),
    ...(isFileGone ? [{ at: `${node}:/run/flannel/subnet.env`, observed: 'missing', expected: 'its subnet' }] : []),
    ...(complaint ? [] : [{ at: `Pod ${podKey(daemon)}`, observed: 'is not ready' }]),
  ],
  danger: 'flannel stops at its start, so no pod of this node gets a network and no other node reaches it',
  remedies: hasRange
    ? [
        {
          title: 'read what keeps flannel from its lease: its network configuration, its backend’s store',
          commands: [
            onWorkstation(
              `kubectl -n ${quote(daemon.namespace)} logs ${quote(daemon.name)} --all-containers --tail=50`,
            ),
          ],
          risk: 'none',
        },
      ]
    : rangeRemedies(node),
})

const rangeRemedies = (node: string): Draft['remedies'] => [
  {
    title:
      'let the controller manager give each node a range: --allocate-node-cidrs=true and --cluster-cidr as in net-conf.json',
    commands: [
      onWorkstation(
        'kubectl -n kube-system get pods -l component=kube-controller-manager -o yaml | grep -E "allocate-node-cidrs|cluster-cidr"',
      ),
      onWorkstation('kubectl get events -A --field-selector reason=CIDRNotAvailable'),
    ],
    risk: 'none',
  },
  {
    title: 'or give this node a range that no other has, within flannel’s network',
    commands: [
      onWorkstation(
        `kubectl patch node ${quote(node)} --type=merge -p '{"spec":{"podCIDR":"<range>","podCIDRs":["<range>"]}}'`,
      ),
    ],
    risk: 'low',
    rollback: 'a podCIDR cannot be changed: delete the Node and let the kubelet register again',
  },
]
