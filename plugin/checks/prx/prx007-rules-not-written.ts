import { clusterCheck, type Draft, found } from '../../engine/check.ts'
import { onNode } from '../../model/command.ts'
import { proxyLogs } from '../../model/kube-proxy-logs.ts'
import { complaints, type ProxyComplaint, proxyDraft } from '../../model/proxy-log-draft.ts'

export default clusterCheck({
  code: 'PRX007',
  severity: 'error',
  title: 'kube-proxy cannot write its rules',
  explains: ['PRX001', 'PRX005', 'PRX006', 'POD005', 'NOD004'],
  cluster: ['pods', 'componentLogs'],
  run: ({ cluster: { pods, componentLogs }, takenAt }) => {
    const logs = proxyLogs({ pods, componentLogs: { status: 'ok', value: componentLogs } }, takenAt)
    const failing = complaints(logs, text => failure.test(text) && !passing.test(text))
    const nodes = failing.map(({ log }) => log.node)
    const kept = complaints(logs, text => failure.test(text) && lock.test(text)).filter(
      ({ count, log }) => count >= often && !nodes.includes(log.node),
    )
    return found(...failing.map(draft), ...kept.map(lockDraft))
  },
})

/** Source: pkg/proxy/{iptables,ipvs,nftables} and pkg/util/iptables of Kubernetes. */
const failure =
  /Failed to execute ip6?tables-restore|[Ff]ailed to ensure (?:that )?.*chain|error creating chain "?KUBE|can't initialize ip6?tables table|nftables sync failed|Could not (?:process rule|run nft)|Failed to (?:add|create|apply) .*(?:ipset|IPVS|ipvs)|can't use the (?:IPVS|iptables|nftables) proxier|No iptables support|iptables is not available/
/** Transient: another program held the xtables lock, or a partial restore failed and the full one is tried next. */
const passing = /xtables lock|Resource temporarily unavailable|partial .*restore failed|will retry/i

const lock = /xtables lock/
/** One failure for the lock is tried again half a minute later; so many in a quarter of an hour are no chance. */
const often = 5

const lockDraft = (complaint: ProxyComplaint): Draft => ({
  ...proxyDraft(complaint),
  severity: 'warning',
  message: `kube-proxy on ${complaint.log.node} again and again cannot write its rules: another program holds the lock of iptables`,
  danger: 'changes of services reach this node late or not at all',
  remedies: [
    {
      title: 'see who holds the lock, and stop or slow it',
      commands: [onNode('fuser -v /run/xtables.lock'), onNode('ps -eo pid,etimes,args | grep -e ip[6]*tables')],
      risk: 'none',
    },
  ],
})

function draft(complaint: ProxyComplaint): Draft {
  const { log, line } = complaint
  return {
    ...proxyDraft(complaint),
    message: `kube-proxy on ${log.node} cannot write its rules: ${explain(line.text)}`,
    danger: 'the kernel takes all rules or none: services made or changed since do not work from this node',
    remedies: [
      {
        title: 'try the same by hand, and see which kind of tables the node has',
        commands: [
          onNode('iptables -V; iptables-save -t nat | head -3; lsmod | grep -e ip_tables -e nf_tables -e ip_vs'),
          onNode('modprobe ip_tables iptable_nat   # where the legacy tables are missing'),
        ],
        risk: 'low',
        rollback: 'modprobe -r iptable_nat',
      },
    ],
  }
}

/** The text in parentheses or after the last colon is the tool's message. */
function explain(text: string): string {
  if (/Table does not exist|do you need to insmod/.test(text))
    return 'the kernel has no table of the kind that its image’s iptables uses'
  const inner = /restore(?:[^(]*)\((?<why>.*)/.exec(text)?.groups?.why ?? text.replace(/^.*?\] /, '')
  return inner.slice(0, 200)
}
