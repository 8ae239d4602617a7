import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseDenials } from '../../../shared/formats/audit.ts'
import { parseKernelLog } from '../../../shared/formats/kernel-log.ts'
import { parseLogLines } from '../../../shared/formats/log-lines.ts'

const utc = { now: Date.parse('2026-01-02T00:00:00Z'), isUtc: true }
const read = (line: string, clock = utc) => parseLogLines(line, clock)[0]

describe('a line of a log', () => {
  test.each([
    [
      '2026-11-21T01:50:12+0000 worker-1 kubelet[912]: E1121 01:50:12.604417     912 kubelet.go:2855] "no network"',
      {
        time: '2026-11-21T01:50:12.000Z',
        level: 'error',
        program: 'kubelet',
        message: 'E1121 01:50:12.604417     912 kubelet.go:2855] "no network"',
      },
    ],
    [
      '2026-11-21T03:50:12+02:00 node containerd[633]: time="2026-11-21T01:50:12.118Z" level=warning msg="x"',
      {
        time: '2026-11-21T01:50:12.000Z',
        level: 'warning',
        program: 'containerd',
        message: 'time="2026-11-21T01:50:12.118Z" level=warning msg="x"',
      },
    ],
    [
      '{"level":"debug","ts":"2026-11-21T01:50:12.118Z","msg":"x"}',
      {
        time: '2026-11-21T01:50:12.118Z',
        level: 'debug',
        program: null,
        message: '{"level":"debug","ts":"2026-11-21T01:50:12.118Z","msg":"x"}',
      },
    ],
    [
      '2026-11-21 01:50:12.118 [ERROR][77] plugin.go 580: failed',
      {
        time: null,
        level: 'error',
        program: null,
        message: '2026-11-21 01:50:12.118 [ERROR][77] plugin.go 580: failed',
      },
    ],
    ['Docker daemon failed!', { time: null, level: null, program: null, message: 'Docker daemon failed!' }],
  ])('%s', (line, entry) => {
    expect(parseLogLines(line, { ...utc, isUtc: false })).toEqual([entry])
  })

  test('without a year is of the last such day, where the host keeps UTC', () => {
    expect(read('Dec 31 23:59:59 node kubelet[1]: x')).toMatchObject({
      time: '2025-12-31T23:59:59.000Z',
      program: 'kubelet',
    })
    expect(read('I0101 01:00:00.5  1 server.go:1] "x"')).toMatchObject({
      time: '2026-01-01T01:00:00.500Z',
      level: 'info',
    })
    expect(read('Dec 31 23:59:59 node kubelet[1]: x', { ...utc, isUtc: false })?.time).toBeNull()
    expect(read('Xyz 31 23:59:59 node kubelet[1]: x')?.time).toBeNull()
  })
})

test('lines that go on belong to the one before, words of journalctl to none', () => {
  const text = '-- Logs begin at Sat. --\n2026-11-21T01:50:12Z n kubelet[1]: panic\n    at main\n-- No entries --\n'
  expect(parseLogLines(text, utc).map(({ message }) => message)).toEqual(['panic\nat main'])
})

test('of many lines the newest are kept, and of long ones the beginning', () => {
  const text = Array.from({ length: 50_000 }, (_, index) => `line ${index}`).join('\n')
  const entries = parseLogLines(text, utc)
  expect([entries.length, entries.at(-1)?.message]).toEqual([2000, 'line 49999'])
  expect(read('x'.repeat(1e6))?.message.length).toBe(2048)
})

test('messages of the kernel in each of their forms', () => {
  const text = `<4>[ 8223.465499] cni0: port 2(veth9025e430) entered blocking state
[   12.481193][  T77] eth0: Link is Up
4,197,94521,-;nf_conntrack: table full, dropping packet
2026-11-21T01:40:02+0000 node2 kernel: neighbour: arp_cache: neighbor table overflow!
Nov 21 01:40:02 node2 kernel: [ 5.25] br0: up
Nov 21 01:40:02 node2 kubelet[4]: nothing of the kernel
`
  expect(parseKernelLog(text)).toEqual([
    {
      secondsSinceBoot: 8223.465499,
      time: null,
      level: 4,
      message: 'cni0: port 2(veth9025e430) entered blocking state',
    },
    { secondsSinceBoot: 12.481193, time: null, level: null, message: 'eth0: Link is Up' },
    { secondsSinceBoot: 0.094521, time: null, level: 4, message: 'nf_conntrack: table full, dropping packet' },
    {
      secondsSinceBoot: null,
      time: '2026-11-21T01:40:02.000Z',
      level: null,
      message: 'neighbour: arp_cache: neighbor table overflow!',
    },
    { secondsSinceBoot: 5.25, time: null, level: null, message: 'br0: up' },
  ])
})

test('denials of SELinux and AppArmor, and no other lines', () => {
  const lines = [
    'type=AVC msg=audit(1612345678.123:456): avc:  denied  { read write } for  pid=1 comm="calico-node" name="x y" path="/var/lib/cni" scontext=system_u:system_r:container_t:s0 tcontext=u:r:t:s0 tclass=file permissive=0',
    'audit: type=1400 audit(1612345678.5:12): apparmor="DENIED" operation="mount" profile="docker-default" name="/x" pid=1 comm="runc"',
    'audit: type=1400 audit(1612345678.5:12): apparmor="STATUS" operation="profile_load"',
    'avc: granted',
  ]
  expect(parseDenials(lines)).toEqual([
    {
      module: 'selinux',
      time: '2021-02-03T09:47:58.123Z',
      program: 'calico-node',
      operation: 'read write',
      target: '/var/lib/cni',
      domain: 'system_u:system_r:container_t:s0',
      permissive: false,
    },
    {
      module: 'apparmor',
      time: '2021-02-03T09:47:58.500Z',
      program: 'runc',
      operation: 'mount',
      target: '/x',
      domain: 'docker-default',
      permissive: false,
    },
  ])
})

test('whatever a log holds is entries, of which none has a time that is no time', () => {
  const pieces = fc.constantFrom(
    '2026-99-99T99:99:99Z',
    ' n kubelet[1]: ',
    'E9999 99:99:99.9 ',
    '\n',
    ' ',
    'time="',
    '<6>[ 1.0] ',
    'avc:  denied  { x } ',
    'audit(999999999999.1:',
    'apparmor="DENIED"',
  )
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.array(fc.oneof(pieces, fc.string())).map(all => all.join('')),
  )
  fc.assert(
    fc.property(text, log => {
      const all = [...parseLogLines(log, utc), ...parseKernelLog(log), ...parseDenials(log.split('\n'))]
      for (const { time } of all) if (time !== null) expect(Number.isNaN(Date.parse(time))).toBe(false)
    }),
  )
})

test('lines that are made to be slow are not', () => {
  const start = performance.now()
  for (const part of ['[', ' ', '-', 'a=', 'avc:  denied  { ', '2026-11-21T01:40:02Z ', 'apparmor="DENIED" x'])
    for (const log of [part.repeat(200_000), `${part.repeat(1000)}\n`.repeat(1000)]) {
      parseLogLines(log, utc)
      parseKernelLog(log)
      parseDenials(log.split('\n'))
    }
  expect(performance.now() - start).toBeLessThan(5000)
})
