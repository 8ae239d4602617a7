import type { Draft } from '../engine/check.ts'
import { onWorkstation, quote } from './command.ts'
import type { ProxyLog } from './kube-proxy-logs.ts'
import type { LogLine } from './log-lines.ts'
import { podKey } from './pods.ts'

/** A line of kube-proxy's log with its log. */
export interface ProxyComplaint {
  readonly log: ProxyLog
  /** The newest that fits. */
  readonly line: LogLine
  readonly count: number
}

/** Per kube-proxy the lines that match. */
export const complaints = (
  logs: readonly ProxyLog[],
  isComplaint: (text: string, log: ProxyLog) => boolean,
): readonly ProxyComplaint[] =>
  logs.flatMap(log => {
    const lines = log.lines.filter(({ text }) => isComplaint(text, log))
    const line = lines.at(-1)
    return line ? [{ log, line, count: lines.length }] : []
  })

/** What all findings out of kube-proxy's log have in common: the node, the line, and how to read on. */
export const proxyDraft = ({
  log: { pod, node },
  line,
  count,
}: ProxyComplaint): Pick<Draft, 'subject' | 'evidence' | 'remedies'> => ({
  subject: { kind: 'Node', name: node },
  evidence: [
    { at: line.source, observed: `${line.text.slice(0, 500)}${count > 1 ? ` (and ${count - 1} more)` : ''}` },
    ...(pod.ready ? [] : [{ at: `Pod ${podKey(pod)}`, observed: 'not Ready', expected: 'Ready' }]),
  ],
  remedies: [
    {
      title: 'read on in the log',
      commands: [onWorkstation(`kubectl -n ${quote(pod.namespace)} logs ${quote(pod.name)} --tail 50`)],
      risk: 'none',
    },
  ],
})
