import check from '../../../plugin/checks/nod/nod007-versions-out-of-skew.ts'
import { apiNode } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { kubeProxyPod } from '../../support/kube-proxy.ts'
import { snapshot } from '../../support/snapshot.ts'

const given = (serverVersion: string, kubeletVersion: string, pods = [kubeProxyPod({ specs: [] })]) =>
  snapshot({ cluster: { serverVersion, nodes: [apiNode({ kubeletVersion })], pods } })

checkCases(check, {
  fires: [
    {
      name: 'on a kubelet that is too old',
      given: given('v1.36.2', 'v1.32.9'),
      subject: 'cluster',
      at: 'kubelet of node1',
    },
    {
      name: 'on one that is newer',
      given: given('v1.29.3-eks-1', 'v1.30.0'),
      subject: 'cluster',
      at: 'kubelet of node1',
    },
    {
      name: 'on one that was too old before 1.28',
      given: given('v1.27.0', 'v1.24.0'),
      subject: 'cluster',
      at: 'kubelet',
    },
    {
      name: 'on a kube-proxy',
      given: given('v1.30.0', 'v1.30.1', [kubeProxyPod()]),
      subject: 'cluster',
      at: 'kube-proxy-x',
    },
  ],
  silent: [
    { name: 'within the policy', given: given('v1.36.2', 'v1.33.0'), answer: 'passed' },
    { name: 'on a version that tells nothing', given: given('v1.36.2', 'custom'), answer: 'passed' },
    { name: 'when the server tells none', given: given('', 'v1.36.0'), answer: 'not-run' },
  ],
})
