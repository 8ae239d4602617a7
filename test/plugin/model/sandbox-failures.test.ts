import { describe, expect, test } from 'vitest'
import { isNetworkFailure, recentFailures } from '../../../plugin/model/sandbox-failures.ts'
import { pod, sandboxEvent, waitingPod } from '../../support/api-objects.ts'
import { minutesAgo } from '../../support/snapshot.ts'

const now = Date.parse(minutesAgo(0))
const causeOf = (message: string) =>
  recentFailures('node1', { events: [sandboxEvent(message)], pods: [waitingPod()] }, now)[0]?.cause
const wrap = (tail: string) =>
  `(combined from similar events): Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox \\"75c9\\": ${tail}`

describe('a message names its cause', () => {
  test.each([
    [
      'plugin-missing',
      wrap('plugin type=\\"portmap\\" failed (add): failed to find plugin \\"portmap\\" in path [/opt/cni/bin]'),
    ],
    [
      'no-address',
      wrap('failed to allocate for range 0: no IP addresses available in range set: 10.244.2.1-10.244.2.9'),
    ],
    ['no-address', 'NetworkPlugin cni failed to set up pod: Failed to allocate address: No available addresses'],
    [
      'no-address',
      wrap('unable to allocate IP via local cilium agent: [POST /ipam][502] postIpamFailure "range is full"'),
    ],
    ['no-address', wrap('failed to request IPv4 addresses: Assigned 0 out of 1 requested IPv4 addresses')],
    ['no-address', wrap('Error at storage engine: Could not allocate IP in range: ip: 10.128.165.33')],
    ['incompatible-version', wrap('incompatible CNI versions; config is \\"1.0.0\\", plugin supports [\\"0.4.0\\"]')],
    ['bad-configuration', "error parsing configuration: missing 'type'"],
    ['not-initialised', 'network is not ready: container runtime network not ready: NetworkReady=false'],
    ['unauthorised', wrap('error getting ClusterInformation: connection is unauthorized: Unauthorized')],
    ['daemon-away', wrap('Post "http://127.0.0.1:6784/ip/75c9": dial tcp 127.0.0.1:6784: connect: connection refused')],
    ['daemon-away', wrap('stat /var/lib/calico/nodename: no such file or directory')],
    ['daemon-away', wrap('Post "http://dummy/cni": dial unix /run/multus/multus.sock: connect: connection refused')],
    ['daemon-away', wrap('Error while dialing dial tcp 127.0.0.1:50051: connect: connection refused')],
    ['network', wrap('Get "https://127.0.0.1:6443/api/v1/pods": dial tcp 127.0.0.1:6443: connect: connection refused')],
    ['network', wrap('netplugin failed with no error message: exit status 2')],
    [
      'not-network',
      'failed to create containerd task: OCI runtime create failed: unable to apply cgroup configuration',
    ],
    ['not-network', 'failed to get sandbox image "registry.k8s.io/pause:3.10": failed to pull image'],
  ])('%s', (cause, message) => {
    expect(causeOf(message)).toBe(cause)
  })
})

test('the missing plugin is named through the escaping', () => {
  const [failure] = recentFailures(
    'node1',
    { events: [sandboxEvent(wrap('failed to find plugin \\\\\\"x\\\\\\" in path []'))], pods: [waitingPod()] },
    now,
  )
  expect(failure).toMatchObject({ plugin: 'x', node: 'node1' })
})

test('what has passed does not count: a ready pod, a finished one, an old event, a pod that is gone or was made anew', () => {
  const event = sandboxEvent('network')
  const failures = (pods: Parameters<typeof recentFailures>[1]['pods'], change = {}) =>
    recentFailures('node1', { events: [{ ...event, ...change }], pods }, now)
  expect(failures([waitingPod()])).toHaveLength(1)
  expect(failures([pod({ name: 'waiting' })])).toEqual([])
  expect(failures([waitingPod({ phase: 'Failed' })])).toEqual([])
  expect(failures([waitingPod()], { lastSeen: minutesAgo(61) })).toEqual([])
  expect(failures([])).toEqual([])
  expect(failures([waitingPod({ uid: 'new' })], { object: { ...event.object, uid: 'old' } })).toEqual([])
})

test('of several messages about a pod the newest counts', () => {
  const events = [
    sandboxEvent('veth', { lastSeen: minutesAgo(2) }),
    sandboxEvent('cgroup exists', { lastSeen: minutesAgo(1) }),
  ]
  const failures = recentFailures('node1', { events, pods: [waitingPod()] }, now)
  expect(failures.map(isNetworkFailure)).toEqual([false])
})
