import { type Draft, found, nodeCheck, notRun, passed } from '../../engine/check.ts'
import { onNode, onWorkstation } from '../../model/command.ts'
import { type InsertionFailures, insertionFailures } from '../../model/insertion-failures.ts'

export default nodeCheck({
  code: 'CTK002',
  severity: 'warning',
  title: 'Connections lost while tracked',
  explains: ['DNS016'],
  needs: ['conntrack'],
  run: ({ node, parts: { conntrack } }) => {
    const failures = insertionFailures(conntrack)
    if (!failures) return notRun('the kernel’s counters of connection tracking were not read')
    if ((failures.grown ?? 0) > 0) return found(draft(node, failures))
    if (failures.grown === 0 || failures.total === 0) return passed
    return notRun('the counters were read once, and how often it failed since boot tells nothing of now')
  },
})

const draft = (node: string, { total, grown, lost, afterMs }: InsertionFailures): Draft => ({
  severity: lost > 0 ? 'warning' : 'info',
  message:
    lost > 0
      ? `${node} loses packets of new connections: ${lost} could not be entered into the connection table within ${afterMs} ms`
      : `${node} resolves races for connection entries, without loss so far`,
  evidence: [
    {
      at: `${node}:/proc/net/stat/nf_conntrack`,
      observed: `insert_failed grew by ${grown} in ${afterMs} ms, ${lost} of them lost (${total} since boot)`,
      expected: 'no growth',
    },
  ],
  danger:
    'two packets of one client at the same moment, such as the A and AAAA question of a lookup, cost one of them: lookups take 5 seconds',
  remedies: [
    {
      title: 'see which protocol it is: nearly always UDP to port 53',
      commands: [onNode('conntrack -S; conntrack -L -p udp --dport 53 2>/dev/null | wc -l')],
      risk: 'none',
    },
    {
      title: 'keep lookups out of the table: NodeLocal DNSCache, which asks over TCP',
      commands: [onWorkstation('kubectl -n kube-system get daemonset node-local-dns')],
      risk: 'low',
      rollback: 'kubectl -n kube-system delete daemonset node-local-dns',
    },
    {
      title:
        'or per workload: dnsConfig options single-request-reopen (glibc; musl ignores it) or use-vc, which asks over TCP',
      commands: [
        onWorkstation(
          `kubectl -n <namespace> patch deployment <name> -p '{"spec":{"template":{"spec":{"dnsConfig":{"options":[{"name":"single-request-reopen"}]}}}}}'`,
        ),
      ],
      risk: 'disruptive',
      rollback: 'kubectl -n <namespace> rollout undo deployment <name>',
    },
  ],
})
