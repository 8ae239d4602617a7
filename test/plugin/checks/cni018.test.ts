import check from '../../../plugin/checks/cni/cni018-release-unsupported.ts'
import { unavailable } from '../../../shared/reading.ts'
import { apiNode, daemonPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { snapshot } from '../../support/snapshot.ts'

const given = (image: string, change: Parameters<typeof apiNode>[0] = {}) =>
  snapshot({ cluster: { nodes: [apiNode(change)], pods: [daemonPod(image, 'agent')] } })
const old = { kubeletVersion: 'v1.24.9' }

checkCases(check, {
  fires: [
    {
      name: 'on a Calico that asks for a removed API',
      given: given('calico/node:v3.22.5'),
      subject: 'cluster',
      at: 'Pod kube-system/agent-x',
    },
    {
      name: 'on a Cilium that does',
      given: given('quay.io/cilium/cilium:v1.9.18'),
      subject: 'cluster',
      at: 'Pod kube-system/agent-x',
    },
    {
      name: 'on the containerd that refuses older plugins, whatever Kubernetes',
      given: given('weaveworks/weave-kube:2.8.1', { ...old, runtimeVersion: 'containerd://1.6.2' }),
      subject: 'cluster',
      at: 'Node node1',
    },
  ],
  silent: [
    { name: 'on the first release that is cured', given: given('calico/node:v3.23.0'), answer: 'passed' },
    { name: 'where Kubernetes still serves the API', given: given('calico/node:v3.22.5', old), answer: 'passed' },
    {
      name: 'on the containerd that is cured',
      given: given('x', { runtimeVersion: 'containerd://1.6.4' }),
      answer: 'passed',
    },
    {
      name: 'on a vendor’s suffix of a good release',
      given: given('x', { runtimeVersion: 'containerd://1.7.2-k3s1' }),
      answer: 'passed',
    },
    {
      name: 'on an image without a tag',
      given: given('calico/node@sha256:00', { runtimeVersion: 'cri-o://1.29' }),
      answer: 'not-applicable',
    },
    {
      name: 'when pods were not read',
      given: snapshot({ cluster: { nodes: [apiNode()], pods: unavailable('denied', '') } }),
      answer: 'not-run',
    },
  ],
})
