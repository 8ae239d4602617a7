import check from '../../../plugin/checks/cni/cni007-daemon-not-running.ts'
import { unavailable } from '../../../shared/reading.ts'
import {
  apiNode,
  condition,
  container,
  containerLog,
  crashing,
  daemonPod,
  daemonSet,
  pod,
  waitingPod,
} from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { type GivenCluster, minutesAgo, snapshot } from '../../support/snapshot.ts'

const image = 'quay.io/cilium/cilium:v1.17'
const given = (cluster: GivenCluster) =>
  snapshot({ cluster: { nodes: [apiNode()], daemonSets: [daemonSet('cilium', image)], events: [], ...cluster } })
const cilium = (change: Parameters<typeof daemonPod>[2] = {}) => daemonPod(image, 'cilium', change)
const initCrash = container({ name: 'install', init: true, ready: false, state: 'waiting', reason: 'CrashLoopBackOff' })

checkCases(check, {
  fires: [
    {
      name: 'on a crash loop, and quotes the log',
      given: given({
        pods: [cilium(crashing('cilium'))],
        componentLogs: [containerLog('cilium', 'starting\nfatal: no such device')],
      }),
      subject: 'node1',
      at: 'log of kube-system/cilium-x',
    },
    {
      name: 'where only a controller of the agent’s image runs',
      given: given({
        pods: [cilium(crashing('cilium')), cilium({ owner: { kind: 'ReplicaSet', name: 'cilium-operator-5d' } })],
      }),
      subject: 'node1',
      at: 'Pod kube-system/cilium-x',
    },
    {
      name: 'on a crash loop of an init container',
      given: given({ pods: [cilium({ phase: 'Pending', ready: false, containers: [initCrash] })] }),
      subject: 'node1',
      at: 'Pod kube-system/cilium-x',
    },
    {
      name: 'on a pod that is Pending for long',
      given: given({ pods: [cilium({ phase: 'Pending', ready: false, containers: [] })] }),
      subject: 'node1',
      at: 'Pod kube-system/cilium-x',
    },
    {
      name: 'on an absent pod while others wait for a network',
      given: given({ pods: [waitingPod()] }),
      subject: 'node1',
      at: 'DaemonSet cilium',
    },
    {
      name: 'as a warning on an absent pod that nobody misses yet',
      given: given({ pods: [pod()] }),
      subject: 'node1',
      at: 'DaemonSet cilium',
      severity: 'warning',
    },
    {
      name: 'as a warning on a pod that runs and is not Ready',
      given: given({ pods: [cilium({ ready: false })] }),
      subject: 'node1',
      at: 'Pod kube-system/cilium-x',
      severity: 'warning',
    },
  ],
  silent: [
    {
      name: 'where the agent runs and its controller, of the same image, does not',
      given: given({
        pods: [cilium(), cilium({ ...crashing('x'), owner: { kind: 'ReplicaSet', name: 'cilium-operator-5d' } })],
      }),
      answer: 'passed',
    },
    { name: 'where it runs', given: given({ pods: [cilium()] }), answer: 'passed' },
    {
      name: 'in its first two minutes',
      given: given({ pods: [cilium({ ready: false, createdAt: minutesAgo(1) })] }),
      answer: 'passed',
    },
    {
      name: 'where the DaemonSet does not want the node',
      given: given({ pods: [], daemonSets: [daemonSet('cilium', image, { desired: 0 })] }),
      answer: 'passed',
    },
    {
      name: 'where a helper of the CNI is down, not the CNI',
      given: given({
        pods: [cilium(), daemonPod('quay.io/cilium/cilium-envoy:v1', 'cilium-envoy', crashing('cilium-envoy'))],
      }),
      answer: 'passed',
    },
    {
      name: 'on a node whose kubelet is silent',
      given: given({
        nodes: [apiNode({ conditions: [condition({ status: 'Unknown' })] })],
        pods: [cilium({ ready: false })],
      }),
      answer: 'passed',
    },
    { name: 'where no CNI has a daemon', given: given({ pods: [pod()], daemonSets: [] }), answer: 'not-applicable' },
    { name: 'when pods were not read', given: given({ pods: unavailable('denied', '') }), answer: 'not-run' },
  ],
})
