import type { Remedy } from '../../../shared/finding.ts'
import type { HostLogs } from '../../../shared/node/host-logs.ts'
import { isOk } from '../../../shared/reading.ts'
import { type Draft, found, nodeCheck, notRun, passed } from '../../engine/check.ts'
import { onNode } from '../../model/command.ts'

interface Shortage {
  readonly key: string
  readonly pattern: RegExp
  readonly of: string
  readonly remedy: Remedy
}

/** The order matters: the kernel calls too few watches a full disk, and too few inotify instances too many open files. */
const shortages: readonly Shortage[] = [
  {
    key: 'inotify',
    pattern: /(?:inotify|fsnotify|watch)\S* .*(?:no space left on device|too many open files)/i,
    of: 'inotify instances or watches',
    remedy: {
      title: 'raise both limits of inotify',
      commands: [onNode('sysctl -w fs.inotify.max_user_instances=8192 fs.inotify.max_user_watches=1048576')],
      risk: 'low',
      rollback: 'sysctl -w fs.inotify.max_user_instances=128',
    },
  },
  {
    key: 'files',
    pattern: /too many open files/i,
    of: 'open files',
    remedy: {
      title: 'see who holds them, and raise LimitNOFILE of the service',
      commands: [
        onNode(
          'cat /proc/sys/fs/file-nr; for p in /proc/[0-9]*; do echo "$(ls $p/fd 2>/dev/null | wc -l) $(cat $p/comm)"; done | sort -rn | head -5',
        ),
      ],
      risk: 'none',
    },
  },
  {
    key: 'processes',
    pattern:
      /(?:fork\/exec|clone|pthread_create|newosproc).*resource temporarily unavailable|failed to create new OS thread/i,
    of: 'processes and threads',
    remedy: {
      title: 'see what fills the table of processes, and raise kernel.pid_max or TasksMax of the service',
      commands: [
        onNode(
          'sysctl kernel.pid_max kernel.threads-max; ps -eo comm --no-headers | sort | uniq -c | sort -rn | head -5',
        ),
      ],
      risk: 'none',
    },
  },
]

export default nodeCheck({
  code: 'SYS012',
  severity: 'warning',
  title: 'Files, watches or processes exhausted',
  explains: [],
  needs: ['hostLogs'],
  run: ({ node, parts: { hostLogs } }) => {
    const lines = linesOf(hostLogs)
    if (lines === null) return notRun('no log of the node could be read')
    const drafts = shortages.flatMap((shortage, i) => {
      const earlier = shortages.slice(0, i)
      const hits = lines.filter(
        ({ text }) => shortage.pattern.test(text) && !earlier.some(each => each.pattern.test(text)),
      )
      return hits.length > 0 ? [draft(node, shortage, hits)] : []
    })
    return drafts.length > 0 ? found(...drafts) : passed
  },
})

interface Line {
  readonly source: string
  readonly text: string
}

function linesOf({ logs }: HostLogs): readonly Line[] | null {
  const read = logs.flatMap(({ source, entries }) => (isOk(entries) ? [{ source, entries: entries.value }] : []))
  return read.length === 0
    ? null
    : read.flatMap(({ source, entries }) => entries.map(({ message }) => ({ source, text: message })))
}

const draft = (node: string, { key, of, remedy }: Shortage, lines: readonly Line[]): Draft => ({
  key,
  message: `programs of ${node} run out of ${of}`,
  evidence: [
    {
      at: `${node}: ${lines.at(-1)?.source}`,
      observed: `${lines.at(-1)?.text}${lines.length > 1 ? ` (and ${lines.length - 1} more)` : ''}`,
    },
  ],
  danger:
    'kubelet, runtime, CNI plugins or kube-proxy cannot start what they need: pods get no network, or changes are not seen',
  remedies: [remedy],
})
