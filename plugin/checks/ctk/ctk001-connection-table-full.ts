import { isMissing, isOk } from '../../../shared/reading.ts'
import { type Draft, found, nodeCheck, notApplicable, notRun, passed } from '../../engine/check.ts'
import { onNode } from '../../model/command.ts'
import { isFull, type TableUse, tableUse } from '../../model/connection-table.ts'
import { recentMessages } from '../../model/kernel-messages.ts'

export default nodeCheck({
  code: 'CTK001',
  severity: 'error',
  title: 'Connection table full',
  explains: ['NET003', 'DNS016', 'DNS017', 'PRX005', 'PRX006', 'PRX011'],
  needs: ['conntrack'],
  wants: ['kernelLog'],
  run: ({ node, parts: { conntrack }, maybe: { kernelLog }, takenAt }) => {
    if (isMissing(conntrack.count)) return notApplicable('the kernel tracks no connections')
    const use = tableUse(conntrack)
    if (!use) {
      const unread = [conntrack.count, conntrack.max].find(reading => !isOk(reading))
      return notRun(unread && !isOk(unread) ? unread.detail : 'the limit of the connection table is 0')
    }
    const said = isOk(kernelLog) ? recentMessages(kernelLog.value, tableFull, takenAt) : []
    return use.count >= 0.8 * use.max ? found(draft(node, use, said.at(-1)?.message ?? null)) : passed
  },
})

/** Source: net/netfilter/nf_conntrack_core.c. */
const tableFull = /nf_conntrack: table full/

/** A table that was full within the last hour and still nearly is fluctuates around its limit. */
function draft(node: string, use: TableUse, said: string | null): Draft {
  const { count, max, lost } = use
  const full = isFull(use) || (said !== null && count >= 0.9 * max)
  const share = Math.floor((100 * count) / max)
  return {
    severity: full ? 'error' : 'warning',
    message: `the connection table of ${node} is ${full ? 'full' : `${share} % full`}: ${count} of ${max} connections`,
    evidence: [
      {
        at: `${node}:/proc/sys/net/netfilter/nf_conntrack_count`,
        observed: `${count} of ${max} (${share} %)`,
        expected: 'less than 80 % of nf_conntrack_max',
      },
      ...(lost === null
        ? []
        : [
            {
              at: `${node}:/proc/net/stat/nf_conntrack`,
              observed: `${lost} connections refused or thrown out between two samples`,
            },
          ]),
      ...(said === null ? [] : [{ at: `${node}: kernel log`, observed: said }]),
    ],
    danger:
      'the kernel drops the first packet of new connections: services, DNS and probes of this node time out at random',
    remedies: [
      {
        title: 'see what fills it, before making room',
        commands: [onNode("conntrack -L 2>/dev/null | awk '{print $4}' | sort | uniq -c | sort -rn | head")],
        risk: 'none',
      },
      {
        title: 'raise the limit now; kube-proxy sets it again when it starts (conntrack.maxPerCore, conntrack.min)',
        commands: [onNode(`sysctl -w net.netfilter.nf_conntrack_max=${2 * max}`)],
        risk: 'low',
        rollback: `sysctl -w net.netfilter.nf_conntrack_max=${max}`,
      },
    ],
  }
}
