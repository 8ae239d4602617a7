import { execFileSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { describe, expect, inject, test } from 'vitest'
import { given, reasonOf } from '../support/collect.ts'
import type { Collected } from '../support/namespace.ts'
import { needs } from '../support/requirements.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const machine = '0123456789abcdef0123456789abcdef'

/** The root of a host with a journal and the program to read it, seen by a process with mounts of its own. */
const setup = `
mkdir -p "$ROOT/proc" "$ROOT/sys" "$ROOT/usr/bin" "$ROOT/usr/lib" "$ROOT/etc" "$ROOT/tmp"
for name in bin lib; do ln -s "usr/$name" "$ROOT/$name"; done
touch "$ROOT/usr/bin/journalctl"
mount --bind /usr/bin/journalctl "$ROOT/usr/bin/journalctl"
mount --rbind /usr/lib "$ROOT/usr/lib"
if [ -d /lib64 ]; then mkdir "$ROOT/lib64"; mount --bind /lib64 "$ROOT/lib64"; fi
mount -t proc proc "$ROOT/proc"
mount -t sysfs sysfs "$ROOT/sys"
exec "$NODE" "$CHILD" all hostLogs kernelLog`

interface Message {
  readonly minutesAgo: number
  readonly unit: string | null
  readonly program: string
  readonly text: string
}

/** As `journalctl --output=export` prints it. Source: systemd.io/JOURNAL_EXPORT_FORMATS. */
const toExport = ({ minutesAgo, unit, program, text }: Message, { now, boot }: { now: number; boot: string }) =>
  [
    `__REALTIME_TIMESTAMP=${(now - minutesAgo * 60_000) * 1000}`,
    `__MONOTONIC_TIMESTAMP=${(1000 - minutesAgo) * 1000}`,
    `_BOOT_ID=${boot}`,
    `_MACHINE_ID=${machine}`,
    '_HOSTNAME=n1',
    unit === null ? '_TRANSPORT=kernel' : `_SYSTEMD_UNIT=${unit}.service`,
    `SYSLOG_IDENTIFIER=${program}`,
    'PRIORITY=4',
    `MESSAGE=${text}`,
  ].join('\n')

async function readJournal(messages: readonly Message[]) {
  const root = await temporaryFolder()
  const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim().replaceAll('-', '')
  const folder = `${root}/var/log/journal/${machine}`
  await mkdir(folder, { recursive: true })
  await mkdir(`${root}/etc`)
  await writeFile(`${root}/etc/machine-id`, `${machine}\n`)
  const now = Date.now()
  const text = messages.map(message => `${toExport(message, { now, boot })}\n\n`).join('')
  execFileSync('/lib/systemd/systemd-journal-remote', ['-o', `${folder}/system.journal`, '-'], {
    input: text,
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  const CHILD = inject('programs').collector
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ROOT: root, HOST_ROOT: root, NODE: process.execPath, CHILD }
  const printed = execFileSync('unshare', ['--mount', 'sh', '-ec', setup], { env, encoding: 'utf8', timeout: 15_000 })
  // The child prints exactly this, made by the collectors of these parts.
  return JSON.parse(printed) as Collected<'hostLogs' | 'kernelLog'>
}

describe.runIf(needs('a real journal', 'root', 'systemd-journal-remote'))('a journal', () => {
  test('tells what units and the kernel said in the last hour, by the host’s own program', async () => {
    const { hostLogs, kernelLog } = await readJournal([
      { minutesAgo: 90, unit: 'kubelet', program: 'kubelet', text: 'long ago' },
      { minutesAgo: 9, unit: 'kubelet', program: 'kubelet', text: 'E1121 no IP addresses available in range set' },
      { minutesAgo: 8, unit: 'cron', program: 'cron', text: 'of nobody here' },
      { minutesAgo: 7, unit: null, program: 'kernel', text: 'nf_conntrack: table full, dropping packet' },
      { minutesAgo: 6, unit: 'containerd', program: 'containerd', text: 'level=error msg="a \\"q\\""' },
    ])
    const journal = (source: string) => given(hostLogs).logs.find(log => log.source === source)?.entries
    const texts = (source: string) => {
      const entries = journal(source)
      return entries && given(entries).map(({ message }) => message)
    }
    expect(texts('journal-kubelet')).toEqual(['E1121 no IP addresses available in range set'])
    expect(texts('journal-containerd')).toEqual(['level=error msg="a \\"q\\""'])
    expect(given(kernelLog)).toMatchObject({ source: 'journal-kernel' })
    expect(given(kernelLog).entries.map(({ message }) => message)).toEqual([
      'nf_conntrack: table full, dropping packet',
    ])
  })

  test('without a word of a unit is empty, which is not the same as no journal', async () => {
    const { hostLogs } = await readJournal([{ minutesAgo: 1, unit: 'cron', program: 'cron', text: 'x' }])
    const kubelet = given(hostLogs).logs.find(log => log.source === 'journal-kubelet')
    expect(kubelet?.entries).toEqual({ status: 'ok', value: [] })
    const crio = given(hostLogs).logs.find(log => log.source === 'journal-crio')
    expect(crio && reasonOf(crio.entries)).toBe('missing')
  })
})
