import check from '../../../plugin/checks/pol/pol001-policies-not-enforced.ts'
import type { Pod } from '../../../plugin/cluster/pods.ts'
import { apiNode, containerSpec, daemonPod, policy } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { bridgeFile, cniConfig, configFile, plugin } from '../../support/host-objects.ts'
import { type GivenParts, snapshot } from '../../support/snapshot.ts'

const given = (pods: readonly Pod[], node1: GivenParts = {}, kubeletVersion = 'v1.36.0') =>
  snapshot({
    cluster: { networkPolicies: [policy()], pods, nodes: [apiNode({ kubeletVersion })] },
    nodes: { node1 },
  })

const flannel = daemonPod('flannel/flannel:v0.26', 'kube-flannel-ds')
const withAgent = (...command: readonly string[]) =>
  daemonPod('amazon-k8s-cni:v1.18', 'aws-node', {
    specs: [
      containerSpec({ image: 'amazon-k8s-cni:v1.18' }),
      containerSpec({ name: 'agent', image: 'amazon/aws-network-policy-agent:v1.1.1', command }),
    ],
  })
const bridge = { cniConfig: cniConfig(bridgeFile('10-bridge.conflist', 'net', '10.244.1.0/24')) }
const fires = { subject: 'cluster', at: 'NetworkPolicies' }

checkCases(check, {
  fires: [
    { name: 'on flannel alone', given: given([flannel]), ...fires },
    { name: 'on a plain bridge', given: given([], bridge), subject: 'cluster', at: 'node1:/etc/cni/net.d/10-bridge' },
    {
      name: 'on the AWS agent that is switched off',
      given: given([withAgent('--enable-network-policy=false')]),
      ...fires,
    },
    {
      name: 'on kube-router without its firewall',
      given: given([
        daemonPod('kube-router:v2', 'kube-router', {
          specs: [containerSpec({ image: 'kube-router:v2', command: ['--run-firewall=false'] })],
        }),
      ]),
      ...fires,
    },
  ],
  silent: [
    { name: 'on Canal', given: given([flannel, daemonPod('calico/node:v3.30', 'canal')]), answer: 'passed' },
    { name: 'on an add-on', given: given([flannel, daemonPod('kube-network-policies:v1', 'np')]), answer: 'passed' },
    { name: 'on the AWS agent', given: given([withAgent('--enable-network-policy=true')]), answer: 'passed' },
    { name: 'on k3s, which enforces itself', given: given([flannel], {}, 'v1.30.1+k3s1'), answer: 'passed' },
    {
      name: 'on a network that is not known',
      given: given([], { cniConfig: cniConfig(configFile('10-x.conflist', { plugins: [plugin('unheard-of')] })) }),
      answer: 'not-run',
    },
    {
      name: 'without policies',
      given: snapshot({ cluster: { networkPolicies: [], pods: [flannel], nodes: [] } }),
      answer: 'not-applicable',
    },
  ],
})
