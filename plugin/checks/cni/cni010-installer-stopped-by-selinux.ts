import type { Evidence } from '../../../shared/finding.ts'
import type { Denial } from '../../../shared/formats/audit.ts'
import type { Security } from '../../../shared/node/security.ts'
import { isMissing, isOk, valueOr } from '../../../shared/reading.ts'
import { oneLine } from '../../../shared/text.ts'
import { type Draft, found, nodeCheck, notApplicable, notRun, passed } from '../../engine/check.ts'
import { onNode, onWorkstation, quote } from '../../model/command.ts'
import { cniComponentsOf } from '../../model/components.ts'
import { type Complaint, daemonComplaints } from '../../model/daemon-logs.ts'
import { ageOf, hour, livePodsOn, podKey } from '../../model/pods.ts'

export default nodeCheck({
  code: 'CNI010',
  severity: 'error',
  title: 'CNI installer stopped by SELinux',
  explains: ['CNI007', 'CNI001', 'CNI003'],
  needs: ['security'],
  cluster: ['pods'],
  wantsCluster: ['componentLogs'],
  decisive: ['componentLogs'],
  run: ({ node, parts: { security }, cluster: { pods }, maybeCluster, takenAt }) => {
    if (isMissing(security.selinux)) return notApplicable('the kernel runs without SELinux')
    if (!isOk(security.selinux)) return notRun(security.selinux.detail)
    if (!security.selinux.value.enforcing) return passed
    const unwell = livePodsOn(pods, node).filter(pod => cniComponentsOf(pod).length > 0 && !pod.ready)
    if (unwell.length === 0) return passed
    const complaint = daemonComplaints({ pods, ...maybeCluster }, takenAt).findLast(
      each => each.node === node && each.kind === 'not-permitted' && each.isUnwell,
    )
    const denial = denialsOf(security, takenAt).at(-1)
    if (complaint || denial) return found(draft(node, { complaint, denial, pod: complaint?.pod ?? unwell[0] }))
    return isOk(security.denials) || isOk(maybeCluster.componentLogs)
      ? passed
      : notRun('neither denials nor logs of the installer were read')
  },
})

/**
 * Denials of the last hour for paths that installers write: directories of configurations, programs and state of CNIs.
 */
const denialsOf = ({ denials }: Security, takenAt: number): readonly Denial[] =>
  valueOr(denials, []).filter(
    ({ module, permissive, target, program, time }) =>
      module === 'selinux' &&
      !permissive &&
      (ageOf(time, takenAt) ?? 0) <= hour &&
      (aboutCni.test(target ?? '') || installers.test(program ?? '')),
  )

const aboutCni = /^net\.d$|(?:^|\/)cni(?:\/|$)|\.conflist$|flannel|calico|cilium|weave|^10-/i
const installers = /^(?:install-cni|install|flanneld|calico-node|cilium|weaver|kube-router|launch\.sh)/

interface Case {
  readonly complaint: Complaint | undefined
  readonly denial: Denial | undefined
  readonly pod: Complaint['pod'] | undefined
}

function draft(node: string, { complaint, denial, pod }: Case): Draft {
  const name = pod ? podKey(pod) : 'the CNI'
  return {
    confidence: denial ? 'certain' : 'likely',
    message: `SELinux on ${node} does not let ${name} write what its CNI needs`,
    evidence: [
      { at: `${node}:/sys/fs/selinux/enforce`, observed: '1 (enforcing)' },
      ...(denial ? [denialEvidence(node, denial)] : []),
      ...(complaint ? [{ at: complaint.line.source, observed: oneLine(complaint.line.text, 240) }] : []),
    ],
    danger: 'the CNI is not installed or not renewed on this node, so its pods get no network',
    remedies: [
      {
        title: 'give the directories the label that containers may write, then start the installer again',
        commands: [
          onNode('ausearch -m avc -ts recent'),
          onNode('restorecon -Rv /etc/cni /opt/cni'),
          onNode('chcon -Rt container_file_t /etc/cni/net.d /opt/cni/bin'),
          ...(pod ? [onWorkstation(`kubectl -n ${quote(pod.namespace)} delete pod ${quote(pod.name)}`)] : []),
        ],
        risk: 'low',
        rollback: 'restorecon -Rv /etc/cni /opt/cni',
      },
      {
        title: 'or let the installer run as spc_t (seLinuxOptions) or privileged in its DaemonSet',
        commands: [onWorkstation(`kubectl -n ${quote(pod?.namespace ?? 'kube-system')} edit daemonset <of the CNI>`)],
        risk: 'low',
        rollback: 'kubectl rollout undo daemonset <of the CNI>',
      },
    ],
  }
}

const denialEvidence = (node: string, { program, operation, target }: Denial): Evidence => ({
  at: `${node}: SELinux denial`,
  observed: oneLine(`${program ?? 'a program'} was denied { ${operation} } on ${target ?? 'a file'}`, 240),
  expected: 'no denial for the CNI',
})
