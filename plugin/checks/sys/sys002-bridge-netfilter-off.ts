import { isMissing, isOk } from '../../../shared/reading.ts'
import { type Draft, found, nodeCheck, notApplicable, notRun, passed } from '../../engine/check.ts'
import { bridgeFilter, bridgeFilterCluster, bridgeFilterParts } from '../../model/bridge-filter.ts'
import { onNode } from '../../model/command.ts'
import { networkedPodsOn } from '../../model/pods.ts'

const keys = { 4: 'net/bridge/bridge-nf-call-iptables', 6: 'net/bridge/bridge-nf-call-ip6tables' } as const

export default nodeCheck({
  code: 'SYS002',
  severity: 'error',
  title: 'Bridged traffic skips iptables',
  explains: ['NET003', 'DNS017', 'HPN001'],
  needs: ['sysctls'],
  wants: bridgeFilterParts,
  wantsCluster: bridgeFilterCluster,
  decisive: ['pods'],
  run: ({ node, parts: { sysctls }, maybe, maybeCluster }) => {
    const main = sysctls.values[keys[4]]
    if (main && isMissing(main)) return notApplicable('the kernel has no such setting while br_netfilter is not loaded')
    if (!main || !isOk(main)) return notRun(`/proc/sys/${keys[4]} not read: ${main?.detail ?? 'nobody asked for it'}`)
    const off = [keys[4], ...(hasIpv6(node, maybeCluster.pods) ? [keys[6]] : [])].filter(key => {
      const value = sysctls.values[key]
      return value !== undefined && isOk(value) && value.value === '0'
    })
    if (off.length === 0) return passed
    const filter = bridgeFilter(node, maybe, maybeCluster)
    if (filter.kind === 'unknown') return notRun(filter.why)
    return filter.kind === 'needed'
      ? found({ ...draft(node, off, filter.bridge), ...(filter.hasPods ? {} : { severity: 'warning' }) })
      : notApplicable(filter.why)
  },
})

const hasIpv6 = (node: string, pods: Parameters<typeof bridgeFilter>[2]['pods']) =>
  isOk(pods) && networkedPodsOn(pods.value, node).some(({ ips }) => ips.some(ip => ip.includes(':')))

function draft(node: string, off: readonly string[], bridge: string): Draft {
  const names = off.map(key => key.replaceAll('/', '.'))
  return {
    message: `packets between pods on bridge ${bridge} of ${node} skip iptables: ${names.join(' and ')} is 0`,
    evidence: off.map(key => ({ at: `${node}:/proc/sys/${key}`, observed: '0', expected: '1' })),
    danger:
      'a service fails from a pod whenever the chosen endpoint is on the same node: the reply comes from the pod’s own address',
    remedies: [
      {
        title: 'switch it on now, and keep it on after a restart',
        commands: [
          ...names.map(name => onNode(`sysctl -w ${name}=1`)),
          onNode('grep -rs bridge-nf-call /etc/sysctl.d /etc/sysctl.conf /usr/lib/sysctl.d /run/sysctl.d'),
          onNode(
            `printf '%s\\n' ${names.map(name => `${name}=1`).join(' ')} > /etc/sysctl.d/99-kubernetes-bridge.conf`,
          ),
        ],
        risk: 'low',
        rollback: 'rm /etc/sysctl.d/99-kubernetes-bridge.conf',
      },
    ],
  }
}
