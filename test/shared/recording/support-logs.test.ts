import { expect, test } from 'vitest'
import { type CommandName, commandLine } from '../../../shared/commands.ts'
import { readSupportLogs } from '../../../shared/recording/support-logs.ts'
import { memoryHost } from '../../support/memory-host.ts'

const now = Date.parse('2026-11-21T17:00:00Z')
const bounds = { logBytes: 1000, sinceMinutes: 60, now }

/** What was asked of a host that has these journals and files. */
async function asked(
  { journals = {}, files = {} }: { journals?: Partial<Record<CommandName, string>>; files?: Record<string, string> },
  more: Partial<typeof bounds> = {},
) {
  const host = memoryHost({ commands: journals, files })
  const reads: string[] = []
  const runs: string[] = []
  const watched = {
    ...host,
    read: (path: string, options: object) => {
      reads.push(path)
      return host.read(path, options)
    },
    run: (name: CommandName) => {
      runs.push(name)
      return host.run(name)
    },
  }
  const left = await readSupportLogs(watched, { ...bounds, ...more })
  return { left, reads, runs }
}

test('a longer journal is a command of the fixed table with other bounds', () => {
  expect(commandLine('since-240m-journal-kubelet')).toEqual([
    ...['journalctl', '--unit=kubelet', '--since=-240m', '--lines=20000', '--output=short-iso', '--all', '--utc'],
    '--no-pager',
  ])
})

test.each(['since-1m-journal-nosuch', 'since-1m-dmesg', 'since-x-journal-kubelet', 'since-1m-journal-constructor'])(
  '%s is no journal',
  name => expect(commandLine(name as CommandName)[0]).toBe('ethtool'),
)

test('a journal is read again only where checks did not see all that is wanted of it', async () => {
  const journals = { 'journal-kubelet': 'one line\n', 'journal-containerd': 'line\n'.repeat(2000) }
  const longer = (runs: readonly string[]) => runs.filter(name => name.startsWith('since-'))
  expect(longer((await asked({ journals })).runs)).toEqual(['since-60m-journal-containerd'])
  expect(longer((await asked({ journals }, { sinceMinutes: 90 })).runs)).toEqual([
    'since-90m-journal-kubelet',
    'since-90m-journal-containerd',
  ])
})

test('logs of the whole system are read where there is no journal', async () => {
  const files = { '/var/log/syslog': 'x', '/var/log/kern.log': 'x' }
  expect((await asked({ files })).reads).toEqual(expect.arrayContaining(['/var/log/kern.log', '/var/log/syslog']))
  expect((await asked({ files, journals: { 'journal-kernel': '' } })).reads).toEqual([])
})

test('packed and foreign files are left alone', async () => {
  const files = { '/var/log/calico/cni/old.log.gz': 'x', '/var/log/mysql/x.log': 'x', '/var/log/antrea/a.log': 'x' }
  expect((await asked({ files })).reads).toEqual(['/var/log/antrea/a.log'])
})

test('beyond the most logs each is named', async () => {
  const files = Object.fromEntries(Array.from({ length: 130 }, (_, at) => [`/var/log/weave/${at}.log`, 'x']))
  const { left, reads } = await asked({ files })
  expect(reads.length).toBeGreaterThan(90)
  expect(left.length).toBe(130 - reads.length)
  expect(left[0]).toEqual({ what: expect.stringMatching(/^\/var\/log\/weave\//), message: 'more than 120 logs' })
})
