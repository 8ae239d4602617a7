import { isMissing, isOk } from '../../../shared/reading.ts'
import type { Pod } from '../../cluster/pods.ts'
import { found, nodeCheck, notApplicable, notRun, passed } from '../../engine/check.ts'
import { bridgeFilter, bridgeFilterCluster, bridgeFilterParts } from '../../model/bridge-filter.ts'
import { onNode } from '../../model/command.ts'
import { cniComponentsOf } from '../../model/components.ts'
import { livePodsOn } from '../../model/pods.ts'

const key = 'net/bridge/bridge-nf-call-iptables'

export default nodeCheck({
  code: 'SYS003',
  severity: 'error',
  title: 'br_netfilter not loaded',
  explains: ['SYS002', 'CNI007'],
  needs: ['sysctls', 'modules'],
  wants: bridgeFilterParts,
  wantsCluster: bridgeFilterCluster,
  run: ({ node, parts: { sysctls, modules }, maybe, maybeCluster }) => {
    const setting = sysctls.values[key]
    // A built-in module has no folder, but its setting is there: the setting alone decides.
    if (setting?.status === 'ok') return passed
    if (!setting || !isMissing(setting))
      return notRun(`/proc/sys/${key} not read: ${setting?.detail ?? 'nobody asked for it'}`)
    if (modules.states.br_netfilter !== 'absent') return notRun('whether br_netfilter is loaded could not be told')
    const filter = bridgeFilter(node, maybe, maybeCluster)
    if (filter.kind === 'unknown') return notRun(filter.why)
    if (filter.kind === 'not-needed') return notApplicable(filter.why)
    const isFelt = filter.hasPods || (isOk(maybeCluster.pods) && hasStuckDaemon(maybeCluster.pods.value, node))
    return found({
      severity: isFelt ? 'error' : 'warning',
      message: `kernel module br_netfilter is not loaded on ${node}, so packets between pods on bridge ${filter.bridge} skip iptables`,
      evidence: [
        { at: `${node}:/proc/sys/${key}`, observed: 'missing', expected: '1' },
        { at: `${node}:/sys/module/br_netfilter`, observed: 'missing' },
      ],
      danger:
        'a service fails from a pod whenever the chosen endpoint is on the same node, and flannel ≥ 0.26 refuses to start',
      remedies: [
        {
          title: 'load it now, and at every start',
          commands: [
            onNode('modprobe br_netfilter'),
            onNode('echo br_netfilter > /etc/modules-load.d/kubernetes.conf'),
            onNode('sysctl -w net.bridge.bridge-nf-call-iptables=1'),
          ],
          risk: 'low',
          rollback: 'rm /etc/modules-load.d/kubernetes.conf',
        },
      ],
    })
  },
})

/** flannel ≥ 0.26 looks for the module and does not start without it, so no bridge may exist yet. */
const hasStuckDaemon = (pods: readonly Pod[], node: string) =>
  livePodsOn(pods, node).some(pod => !pod.ready && cniComponentsOf(pod).length > 0)
