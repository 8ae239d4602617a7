import { isOk } from '../../../shared/reading.ts'
import { oneLine } from '../../../shared/text.ts'
import { clusterCheck, type Draft, foundAmong, type Undecided } from '../../engine/check.ts'
import { onNode } from '../../model/command.ts'
import { containerLines, type LogLine } from '../../model/log-lines.ts'
import { podKey } from '../../model/pods.ts'

export default clusterCheck({
  code: 'FWL006',
  severity: 'error',
  title: 'Native nft rules stop an iptables-based agent',
  explains: ['CNI007', 'POD005'],
  cluster: ['pods', 'componentLogs'],
  run: ({ cluster: { pods, componentLogs } }) => {
    const unwell = new Map(pods.filter(({ ready }) => !ready).map(pod => [podKey(pod), pod.node]))
    const drafts = new Map<string, Draft>()
    const undecided: Undecided[] = []
    for (const log of componentLogs) {
      const pod = podKey({ namespace: log.namespace, name: log.pod })
      const node = unwell.get(pod)
      if (!node || drafts.has(node)) continue
      const line = containerLines(log).find(({ text }) => incompatible.test(text))
      if (line) drafts.set(node, draft(node, line))
      else if (!isOk(log.current)) undecided.push({ nodes: [node], why: log.current.detail })
    }
    return foundAmong(
      [...drafts.values()],
      undecided.filter(({ nodes }) => nodes.every(node => !drafts.has(node))),
    )
  },
})

/** Message of iptables-nft in all versions: "table `filter' is incompatible, use 'nft' tool." */
const incompatible = /\btable [`'"]?[\w-]+[`'"]? is incompatible, use ['"`]?nft|incompatible nft(?:ables)? rules/i

const draft = (node: string, { source, text }: LogLine): Draft => ({
  subject: { kind: 'Node', name: node },
  message: `on ${node} tables of iptables hold rules that only nft understands, and an agent that uses iptables cannot write its own`,
  evidence: [{ at: `${node}: ${source}`, observed: oneLine(text, 300), expected: 'iptables-restore succeeds' }],
  danger: 'the agent starts again and again, and neither its rules nor its network policies come to the node',
  remedies: [
    {
      title: 'find the rules that no program of iptables made, and move them to a table of another name',
      commands: [
        onNode('iptables-nft-save >/dev/null; nft -a list table ip filter; nft -a list table ip nat'),
        onNode('grep -rn "table ip \\(filter\\|nat\\|mangle\\|raw\\)" /etc/nftables.conf /etc/nftables.d 2>/dev/null'),
      ],
      risk: 'none',
    },
  ],
})
