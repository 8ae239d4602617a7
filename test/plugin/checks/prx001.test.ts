import check from '../../../plugin/checks/prx/prx001-kube-proxy-not-running.ts'
import { ok, type Unavailable, unavailable } from '../../../shared/reading.ts'
import {
  apiNode,
  condition,
  container,
  containerLog,
  crashing,
  daemonPod,
  daemonSet,
  pod,
} from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { type GivenCluster, type GivenParts, minutesAgo, snapshot } from '../../support/snapshot.ts'

const image = 'registry.k8s.io/kube-proxy:v1.36.0'
const set = daemonSet('kube-proxy', image)
const proxy = (change: Parameters<typeof daemonPod>[2] = {}) => daemonPod(image, 'kube-proxy', change)
const both = (reading: Unavailable): GivenParts => ({ kubeProxy: { healthz: reading, mode: reading } })
const refused = unavailable('missing', 'ECONNREFUSED')
const timeout = unavailable('timeout', 'ETIMEDOUT')
const answering: GivenParts = { kubeProxy: { healthz: ok({ status: 200, body: '' }), mode: ok('iptables') } }
const given = (parts: GivenParts, cluster: GivenCluster) =>
  snapshot({
    nodes: { node1: parts },
    cluster: { nodes: [apiNode()], daemonSets: [set], componentLogs: [], ...cluster },
  })
const processes = (...names: string[]): GivenParts => ({
  processes: { processes: names.map((name, pid) => ({ pid, name, args: [name] })) },
})
const none = unavailable('missing', '')
const fullTable: GivenParts = { conntrack: { count: ok(10), max: ok(10), buckets: none, counters: none, later: none } }
const cilium = daemonPod('quay.io/cilium/cilium:v1.17', 'cilium')
const ended = container({ name: 'kube-proxy', ready: false, state: 'terminated', reason: 'Error', exitCode: 1 })

checkCases(check, {
  fires: [
    {
      name: 'on a process that was stopped',
      given: given(
        { processes: { processes: [{ pid: 57, name: 'kube-proxy', args: [], state: 'T' }] } },
        { pods: [proxy()] },
      ),
      subject: 'node1',
      at: '/proc/57/stat',
    },
    {
      name: 'on a crash loop, and quotes the log',
      given: given(both(refused), {
        pods: [proxy(crashing('kube-proxy'))],
        componentLogs: [
          containerLog('kube-proxy', 'E1121 03:11:55.315278 1 run.go:72] "command failed" err="no such file"'),
        ],
      }),
      subject: 'node1',
      at: 'log of kube-system/kube-proxy-x',
    },
    {
      name: 'on a container that has just ended with an error',
      given: given(both(refused), { pods: [proxy({ ready: false, containers: [ended] })] }),
      subject: 'node1',
      at: 'Pod kube-system/kube-proxy-x',
    },
    {
      name: 'where the DaemonSet wants a pod and none is there',
      given: given(both(refused), { pods: [pod()] }),
      subject: 'node1',
      at: 'DaemonSet kube-proxy',
    },
    {
      name: 'as a warning where nothing that does its work was found',
      given: given({ ...both(refused), ...processes('kubelet') }, { pods: [pod()], daemonSets: [] }),
      subject: 'node1',
      at: '127.0.0.1:10256',
      severity: 'warning',
    },
    {
      name: 'as a warning where it hangs',
      given: given(both(timeout), { pods: [proxy()] }),
      subject: 'node1',
      at: '127.0.0.1:10256',
      severity: 'warning',
    },
  ],
  silent: [
    { name: 'where it runs', given: given(answering, { pods: [proxy()] }), answer: 'passed' },
    { name: 'where it runs with other ports', given: given(both(refused), { pods: [proxy()] }), answer: 'passed' },
    {
      name: 'in its first two minutes',
      given: given(both(refused), { pods: [proxy({ ready: false, createdAt: minutesAgo(1) })] }),
      answer: 'passed',
    },
    {
      name: 'on a node whose kubelet is silent while it answers',
      given: given(answering, {
        nodes: [apiNode({ conditions: [condition({ status: 'Unknown' })] })],
        pods: [proxy({ ready: false })],
      }),
      answer: 'passed',
    },
    {
      name: 'where it is a process of the host',
      given: given({ ...both(refused), ...processes('kube-proxy') }, { pods: [], daemonSets: [] }),
      answer: 'passed',
    },
    {
      name: 'inside k3s',
      given: given(both(refused), {
        nodes: [apiNode({ kubeletVersion: 'v1.36.0+k3s1' })],
        pods: [pod()],
        daemonSets: [],
      }),
      answer: 'passed',
    },
    {
      name: 'where Cilium takes its place',
      given: given(both(refused), { pods: [cilium], daemonSets: [] }),
      answer: 'not-applicable',
    },
    {
      name: 'when silence may come from a full connection table',
      given: given({ ...both(timeout), ...fullTable }, { pods: [proxy()] }),
      answer: 'not-run',
    },
    {
      name: 'when nobody looked at the node’s processes',
      given: given({}, { pods: [pod()], daemonSets: [] }),
      answer: 'not-run',
    },
    {
      name: 'when pods were not read',
      given: given(answering, { pods: unavailable('denied', '') }),
      answer: 'not-run',
    },
  ],
})
