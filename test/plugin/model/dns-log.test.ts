import { describe, expect, test } from 'vitest'
import { dnsTroubles, loggedVersion } from '../../../plugin/model/dns-log.ts'

describe('a line of CoreDNS tells', () => {
  test.each([
    ['[FATAL] plugin/loop: Seen "HINFO IN 1.2." more than twice, loop detected', { kind: 'loop', source: null }],
    [
      '[FATAL] plugin/loop: Forwarding loop detected in "." zone. Exiting. See https://x. Probe query: "HINFO 1.2.".',
      { kind: 'loop', source: null },
    ],
    [
      '[FATAL] plugin/loop: Loop (127.0.0.1:4 -> :53) detected for zone ".", see https://x',
      { kind: 'loop', source: '127.0.0.1:4' },
    ],
    [
      "/etc/coredns/Corefile:7 - Error during parsing: Unknown directive 'proxy'",
      { kind: 'not-parsed', item: 'proxy', line: 7 },
    ],
    ["Error during parsing: unknown property 'x'", { kind: 'not-parsed', item: 'x', line: null }],
    ['plugin/forward: no nameservers found', { kind: 'no-upstream' }],
    [
      'E1 reflector.go:1] failed to list *v1.EndpointSlice: endpointslices.discovery.k8s.io is forbidden: User \\"system:serviceaccount:a:b\\" cannot list resource',
      {
        kind: 'forbidden',
        resource: 'endpointslices.discovery.k8s.io',
        verb: 'list',
        account: 'system:serviceaccount:a:b',
      },
    ],
    [
      'Failed to list *v1.Service: Get https://10.96.0.1:443/api/v1/services: dial tcp 10.96.0.1:443: i/o timeout',
      { kind: 'api-unreachable' },
    ],
    [
      '[ERROR] plugin/errors: 2 1.2. HINFO: read udp 10.0.0.2:3->192.0.2.1:53: i/o timeout',
      { kind: 'upstream-silent', upstream: '192.0.2.1', isSelfTest: true },
    ],
    [
      '[ERROR] plugin/errors: 2 a.example. A: read udp 10.0.0.2:3->192.0.2.1:53: read: connection refused',
      { kind: 'upstream-silent', upstream: '192.0.2.1', isSelfTest: false },
    ],
    ['Listen: listen tcp :53: bind: permission denied', { kind: 'port-denied' }],
    ['standard_init_linux.go:178: exec user process caused "operation not permitted"', { kind: 'exec-denied' }],
  ])('%s', (line, trouble) => {
    expect(dnsTroubles(line).map(each => each.trouble)).toEqual([trouble])
  })

  test.each([
    '.:53',
    '[INFO] plugin/reload: Running configuration SHA512 = 591c',
    '[WARNING] No files matching import glob pattern: /etc/coredns/custom/*.override',
    'maxprocs: Leaving GOMAXPROCS=2: CPU quota undefined',
    'Listen: listen tcp :53: bind: address already in use',
  ])('nothing: %s', line => {
    expect(dnsTroubles(line)).toEqual([])
  })
})

test('the time of the runtime is kept apart from the line', () => {
  expect(dnsTroubles('2026-01-01T11:58:00.5Z plugin/forward: no nameservers found')).toEqual([
    {
      trouble: { kind: 'no-upstream' },
      text: 'plugin/forward: no nameservers found',
      time: '2026-01-01T11:58:00.5Z',
    },
  ])
})

test('the version that a log names', () => {
  expect(loggedVersion('.:53\n2019/01/01 [INFO] CoreDNS-1.2.2\nlinux/amd64')).toBe('1.2.2')
  expect(loggedVersion('.:53')).toBe(null)
})
