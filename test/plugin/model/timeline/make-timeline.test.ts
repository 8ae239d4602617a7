import { describe, expect, test } from 'vitest'
import { makeTimeline } from '../../../../plugin/model/timeline/make-timeline.ts'
import { type Entry, timelineSchema } from '../../../../plugin/model/timeline/timeline.ts'
import { ok, unavailable } from '../../../../shared/reading.ts'
import {
  apiNode,
  condition,
  container,
  containerLog,
  daemonPod,
  pod,
  sandboxEvent,
} from '../../../support/api-objects.ts'
import { cniConfig, configFile, hostLogs, kernel, kernelLog } from '../../../support/host-objects.ts'
import { finding, report, withCauses } from '../../../support/report-objects.ts'
import { type GivenCluster, type GivenParts, minutesAgo, snapshot } from '../../../support/snapshot.ts'

const everything = { since: null, nodes: [], namespaces: [] }
const takenAt = Date.parse(minutesAgo(0))

interface Given {
  readonly cluster?: GivenCluster
  readonly nodes?: Readonly<Record<string, GivenParts | string>>
}

const timelineOf = (
  given: Given,
  choice: Partial<typeof everything> | { readonly since: number } = {},
  judged = report(),
) => makeTimeline({ snapshot: snapshot(given), report: judged }, { ...everything, ...choice })
const said = (entries: readonly Entry[]): readonly string[] =>
  entries.map(({ source, subject, text }) => `${source} ${subject} ${text}`.replace('  ', ' '))
const written = (message: string) => ({ time: minutesAgo(2), level: null, program: null, message })
/** A journal of the kubelet whose lines have a time. */
const journal = (...messages: string[]) => ({
  logs: hostLogs('kubelet', []).logs.map(log => ({ ...log, entries: ok(messages.map(written)) })),
})
const fromNode = (parts: GivenParts) => timelineOf({ nodes: { n1: parts } }).entries
const clock = {
  kernelMs: ok(takenAt),
  readMs: takenAt,
  hardwareMs: unavailable('missing', 'none'),
  timesyncd: ok('synchronized' as const),
}

describe('the API', () => {
  test('an event stands at its first time, with its count and its last', () => {
    const event = sandboxEvent('failed to find plugin "portmap" in path [/opt/cni/bin]', {
      count: 14,
      firstSeen: minutesAgo(30),
      lastSeen: minutesAgo(2),
    })
    const { entries } = timelineOf({ cluster: { events: [event], pods: [] } })
    expect(entries).toEqual([
      expect.objectContaining({ at: minutesAgo(30), until: minutesAgo(2), count: 14, source: 'event', isBad: true }),
    ])
  })

  test('of normal events those that tell a turn are kept', () => {
    const normal = (reason: string) => sandboxEvent('x', { type: 'Normal', reason })
    expect(said(timelineOf({ cluster: { events: [normal('Pulled'), normal('Killing')], pods: [] } }).entries)).toEqual([
      expect.stringContaining('Killing'),
    ])
  })

  test('a restarted container tells when and how it ended; one that never did is silent', () => {
    const restarted = container({
      restarts: 2,
      lastReason: 'OOMKilled',
      lastExitCode: 137,
      lastFinishedAt: minutesAgo(9),
      startedAt: minutesAgo(8),
    })
    const lines = (one: typeof restarted) =>
      said(timelineOf({ cluster: { pods: [pod({ containers: [one] })] } }).entries)
    expect(lines(restarted).join('\n')).toMatch(/ended: OOMKilled, exit code 137, 2\. restart\n.*started again/)
    expect(lines(container()).join('\n')).not.toMatch(/ended|started/)
  })

  test('a condition of a node stands since it turned; that there is no pressure is silent', () => {
    const conditions = [
      condition({ type: 'Ready', status: 'False', reason: 'KubeletNotReady', since: minutesAgo(5) }),
      condition({ type: 'DiskPressure', status: 'False', since: minutesAgo(5) }),
    ]
    const lines = said(timelineOf({ cluster: { nodes: [apiNode({ conditions })] } }).entries).join('\n')
    expect(lines).toContain('Ready is False since then (KubeletNotReady)')
    expect(lines).not.toContain('DiskPressure')
  })
})

describe('nodes', () => {
  test('boots, changed configurations, the kernel and programs have their times', () => {
    const file = { ...configFile('10-net.conflist'), mtime: minutesAgo(12) }
    const parts: GivenParts = {
      clock,
      kernel: { ...kernel('6.1.0'), uptimeSeconds: ok(3600) },
      cniConfig: cniConfig(file),
      kernelLog: kernelLog([[3, 'nf_conntrack: nf_conntrack: table full, dropping packet']]),
      hostLogs: journal('"Unable to update cni config" err="no networks found in /etc/cni/net.d"'),
    }
    expect(said(fromNode(parts))).toEqual([
      'boot the node was booted',
      'file /etc/cni/net.d/10-net.conflist was last changed',
      expect.stringMatching(/^kernel .*table full/),
      expect.stringMatching(/^kubelet .*Unable to update cni config/),
    ])
  })

  test('lines that tell nothing of the network, and ports of pods that come up, are left out', () => {
    const parts: GivenParts = {
      hostLogs: journal(
        '"Pod status updated" pod="shop/web"',
        '"Error on socket receive" err="read tcp 10.0.0.1:10250->10.0.0.2:5: use of closed network connection"',
        'I1121 03:00:00.000000 1 x.go:1] "No error of the network plugin"',
      ),
      kernelLog: kernelLog([[3, 'veth1: entered forwarding state']]),
    }
    expect(fromNode(parts)).toEqual([])
  })

  test('times of a node whose clock is ahead are set back, and it is said', () => {
    const given = snapshot({ nodes: { n1: { hostLogs: journal('the CNI plugin failed') }, n2: {} } })
    const nodes = given.nodes.map(node =>
      node.status === 'read' && node.name === 'n1' ? { ...node, clockAheadMs: 60_000 } : node,
    )
    const made = (taken: typeof given) => makeTimeline({ snapshot: taken, report: report() }, everything)
    const [right, wrong] = [made(given), made({ ...given, nodes })]
    expect(Date.parse(right.entries[0]?.at ?? '') - Date.parse(wrong.entries[0]?.at ?? '')).toBe(60_000)
    expect(wrong.clocks).toEqual([{ node: 'n1', aheadMs: 60_000 }])
    expect(right.clocks).toEqual([])
  })
})

test('a line of a network pod that tells trouble is kept with its time; one that is fine or has no time is not', () => {
  const dns = daemonPod('registry.k8s.io/coredns/coredns:v1.12.0', 'coredns', {
    namespace: 'kube-system',
    name: 'coredns-x',
  })
  const log = [
    `${minutesAgo(4)} [FATAL] plugin/loop: Loop (127.0.0.1:1 -> :53) detected for zone "."`,
    `${minutesAgo(3)} [INFO] 10.0.0.1:1 - 1 "A IN web. udp" NOERROR`,
    '[ERROR] plugin/errors: 2 x. A: read udp 10.0.0.2:1->8.8.8.8:53: i/o timeout',
  ].join('\n')
  const { entries, undated } = timelineOf({ cluster: { pods: [dns], componentLogs: [containerLog('coredns', log)] } })
  expect(entries.filter(({ source }) => source === 'dns')).toEqual([
    expect.objectContaining({ at: minutesAgo(4), isBad: true }),
  ])
  expect(undated).toBeGreaterThanOrEqual(1)
})

test('a finding stands where its words say since when; a note does not', () => {
  const since = finding('POD001', { message: `no network since ${minutesAgo(20)}` })
  expect(said(timelineOf({}, {}, withCauses(since)).entries)).toEqual([
    expect.stringMatching(/^finding POD001 no network/),
  ])
  expect(timelineOf({}, {}, withCauses({ ...since, severity: 'info' })).entries).toEqual([])
})

test('--since, nodes and namespaces choose; what began earlier and still goes on stays', () => {
  const on = (node: string, namespace: string, minutes: number) =>
    pod({ node, namespace, name: `p${minutes}`, createdAt: minutesAgo(minutes) })
  const event = sandboxEvent('x', { firstSeen: minutesAgo(90), lastSeen: minutesAgo(1) })
  const cluster = { pods: [on('n1', 'shop', 50), on('n2', 'shop', 5), on('n2', 'bank', 4)], events: [event] }
  const times = (choice: object) =>
    timelineOf({ cluster }, choice).entries.map(({ source, at }) => `${source} ${(takenAt - Date.parse(at)) / 60_000}`)
  expect(times({ since: takenAt - 10 * 60_000 })).toEqual(['event 90', 'pod 5', 'pod 4'])
  expect(times({ nodes: ['n2'] })).toEqual(['pod 5', 'pod 4'])
  expect(times({ namespaces: ['bank'] })).toEqual(['pod 4'])
})

test('what was not read is named, and the whole has the published shape', () => {
  const made = timelineOf({
    cluster: { events: unavailable('denied', 'events is forbidden') },
    nodes: { n1: 'no agent there' },
  })
  expect(made.notRead).toContainEqual({ what: 'events', why: 'events is forbidden' })
  expect(made.notRead).toContainEqual({ what: 'n1', why: 'no agent there' })
  expect(timelineSchema.safeParse(made).success).toBe(true)
})
