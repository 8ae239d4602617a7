import { type Draft, found, nodeCheck, passed } from '../../engine/check.ts'
import { onNode } from '../../model/command.ts'
import { recentMessages } from '../../model/kernel-messages.ts'

interface Fault {
  readonly key: string
  readonly pattern: RegExp
  readonly says: string
  readonly danger: string
  /** A command that looks further. */
  readonly look: string
}

/** What the kernel writes about faults that no other check reads from a counter or a setting. */
const faults: readonly Fault[] = [
  {
    key: 'martian-source',
    pattern: /\bmartian source\b/,
    says: 'packets arrive on a device on which their sender cannot be reached (martian source)',
    danger: 'the kernel drops them, or another rule of this node will',
    look: 'nstat -az TcpExtIPReversePathFilter; ip route; sysctl -a 2>/dev/null | grep rp_filter',
  },
  {
    key: 'bad-checksum',
    pattern: /\b(?:UDP|TCP): bad checksum\b/,
    says: 'packets arrive with a wrong checksum',
    danger: 'the kernel drops them; over a tunnel that is a fault of the sender’s offload',
    look: 'nstat -az UdpInCsumErrors TcpInCsumErrors',
  },
  {
    key: 'tunnel-port-taken',
    pattern: /\b(?:vxlan|geneve): Cannot bind port \d+/,
    says: 'a tunnel cannot take its UDP port because another one or a program has it',
    danger: 'the tunnel stays down: pods of this node reach no other node',
    look: 'ss -ulnp; ip -d link show type vxlan',
  },
  {
    key: 'device-held',
    pattern: /unregister_netdevice: waiting for \S+ to become free/,
    says: 'a network device cannot be removed because something in the kernel still holds it',
    danger: 'creating and deleting pods waits for it, in the end for all pods of the node',
    look: 'uname -r; ip -o link | wc -l',
  },
  {
    key: 'card-stuck',
    pattern:
      /NETDEV WATCHDOG: .*transmit queue \d+ timed out|\b(?:Detected (?:Tx Unit )?Hang|Adapter reset|Reset adapter)\b/i,
    says: 'the network card stopped to send and was reset',
    danger: 'all traffic of the node is lost while the card starts again',
    look: 'ethtool -i <card>; ethtool -S <card> | grep -i -e err -e drop -e timeout',
  },
]

export default nodeCheck({
  code: 'SYS009',
  severity: 'warning',
  title: 'Network fault in the kernel log',
  explains: ['NET002'],
  needs: ['kernelLog'],
  run: ({ node, parts: { kernelLog }, takenAt }) => {
    const drafts = faults.flatMap(fault => {
      const messages = recentMessages(kernelLog, fault.pattern, takenAt).map(({ message }) => message)
      return messages.length > 0 ? [draft(node, fault, messages)] : []
    })
    return drafts.length > 0 ? found(...drafts) : passed
  },
})

const draft = (node: string, { key, says, danger, look }: Fault, messages: readonly string[]): Draft => ({
  key,
  confidence: 'likely',
  message: `the kernel of ${node} says: ${says}`,
  evidence: [
    {
      at: `${node}: kernel log`,
      observed: `${messages.at(-1)}${messages.length > 1 ? ` (and ${messages.length - 1} more within the hour)` : ''}`,
    },
  ],
  danger,
  remedies: [{ title: 'look where it comes from', commands: [onNode(look)], risk: 'none' }],
})
