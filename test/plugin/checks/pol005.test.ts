import check from '../../../plugin/checks/pol/pol005-engine-contradicts-specification.ts'
import type { NetworkPolicy, PolicyRule } from '../../../plugin/cluster/network-policies.ts'
import {
  apiNode,
  containerSpec,
  daemonPod,
  dnsService,
  matching,
  namespace,
  pod,
  policy,
} from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { snapshot } from '../../support/snapshot.ts'

const web = pod({ labels: { app: 'web' } })
const dns = pod({ namespace: 'kube-system', name: 'dns', labels: { 'k8s-app': 'kube-dns' }, ips: ['10.244.2.9'] })
const cilium = daemonPod('quay.io/cilium/cilium:v1.15.1', 'cilium')
const aws = daemonPod('amazon-k8s-cni:v1.18', 'aws-node', {
  specs: [
    containerSpec({ image: 'amazon/aws-network-policy-agent:v1.1.1', command: ['--enable-network-policy=true'] }),
  ],
})

const given = (engine: typeof aws, ...egress: readonly PolicyRule[]) =>
  snapshot({
    cluster: {
      networkPolicies: [policy({ types: ['Egress'], egress }) satisfies NetworkPolicy],
      pods: [web, dns, engine],
      nodes: [apiNode()],
      services: [dnsService()],
      namespaces: [namespace('default'), namespace('kube-system')],
    },
  })

const block = (cidr: string, except: readonly string[] = []) => ({
  ipBlock: { cidr, except },
  namespaceSelector: null,
  podSelector: null,
})
const anyPod = { ipBlock: null, namespaceSelector: matching(), podSelector: null }
const port = (port: number, endPort: number | null = null) => ({ protocol: 'UDP', port, endPort })

const internet = { peers: [block('0.0.0.0/0', ['10.0.0.0/8'])], ports: [] }
const fires = { subject: 'default/web-1', at: 'NetworkPolicy default/policy' }

checkCases(check, {
  fires: [
    {
      name: 'on an exception that wins over a rule for DNS with AWS',
      given: given(aws, internet, { peers: [], ports: [port(53)] }),
      ...fires,
    },
    {
      name: 'in whatever order the rules stand',
      given: given(aws, { peers: [block('0.0.0.0/0')], ports: [port(53)] }, internet),
      ...fires,
    },
    {
      name: 'on DNS pods that Cilium is to know by address',
      given: given(cilium, { peers: [block('10.0.0.0/8')], ports: [] }),
      ...fires,
    },
    {
      name: 'on a range with an old Cilium',
      given: given(cilium, { peers: [anyPod, block('192.0.2.0/24')], ports: [port(40, 60)] }),
      ...fires,
    },
  ],
  silent: [
    {
      name: 'on a rule that allows pods by selector with AWS',
      given: given(aws, internet, { peers: [anyPod], ports: [port(53)] }),
      answer: 'passed',
    },
    {
      name: 'on a block that is narrower than the exception with AWS',
      given: given(aws, internet, { peers: [block('10.244.2.0/24')], ports: [port(53)] }),
      answer: 'passed',
    },
    {
      name: 'on pods by selector with Cilium',
      given: given(cilium, { peers: [anyPod], ports: [port(53)] }),
      answer: 'passed',
    },
    {
      name: 'on an engine without known quirks',
      given: given(daemonPod('calico/node:v3.30', 'calico-node'), internet, { peers: [], ports: [port(53)] }),
      answer: 'passed',
    },
    {
      name: 'without policies',
      given: snapshot({ cluster: { networkPolicies: [], pods: [], namespaces: [], nodes: [] } }),
      answer: 'not-applicable',
    },
  ],
})
