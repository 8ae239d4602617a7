import check from '../../../plugin/checks/pol/pol002-dns-blocked.ts'
import type { NetworkPolicy, PolicyRule } from '../../../plugin/cluster/network-policies.ts'
import {
  apiNode,
  daemonPod,
  dnsService,
  matching,
  namespace,
  pod,
  policy,
  servicePort,
} from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { snapshot } from '../../support/snapshot.ts'

const web = pod({ labels: { app: 'web' } })
const dns = pod({ namespace: 'kube-system', name: 'dns', labels: { 'k8s-app': 'kube-dns' }, ips: ['10.244.2.9'] })
const calico = daemonPod('calico/node:v3.30', 'calico-node')

const given = (policies: readonly NetworkPolicy[], { engine = calico, target = 53 } = {}) =>
  snapshot({
    cluster: {
      networkPolicies: policies,
      pods: [web, dns, engine],
      nodes: [apiNode()],
      services: [
        dnsService({
          ports: [
            servicePort(53, { name: 'dns', protocol: 'UDP', targetPort: target }),
            servicePort(53, { name: 'dns-tcp', targetPort: target }),
          ],
        }),
      ],
      namespaces: [namespace('default'), namespace('kube-system')],
    },
  })

const anyPod = { ipBlock: null, namespaceSelector: matching(), podSelector: null }
const port = (port: number, protocol: string) => ({ protocol, port, endPort: null })
const egress = (...rules: readonly PolicyRule[]) => policy({ types: ['Egress'], egress: rules })
const toDns = (number: number) => ({ peers: [anyPod], ports: [port(number, 'UDP'), port(number, 'TCP')] })
const toWeb = { peers: [anyPod], ports: [port(443, 'TCP')] }

const fires = { subject: 'default/web-1', at: 'NetworkPolicy default/policy' }

checkCases(check, {
  fires: [
    { name: 'on egress to pods without DNS', given: given([egress(toWeb)]), ...fires },
    {
      name: 'on the service’s port instead of that behind it',
      given: given([egress(toDns(53))], { target: 8053 }),
      ...fires,
    },
    {
      name: 'as a warning where nothing at all may be reached',
      given: given([egress()]),
      ...fires,
      severity: 'warning',
    },
    {
      name: 'as a warning without TCP',
      given: given([egress({ peers: [anyPod], ports: [port(53, 'UDP')] })]),
      ...fires,
      severity: 'warning',
    },
    {
      name: 'on isolated DNS pods',
      given: given([policy({ namespace: 'kube-system' })]),
      subject: 'default/web-1',
      at: 'NetworkPolicy kube-system/policy',
    },
  ],
  silent: [
    { name: 'where DNS is allowed', given: given([egress(toDns(53), toWeb)]), answer: 'passed' },
    { name: 'by the port behind the service', given: given([egress(toDns(8053))], { target: 8053 }), answer: 'passed' },
    { name: 'where another policy allows it', given: given([egress(toWeb), egress(toDns(53))]), answer: 'passed' },
    { name: 'on isolation of ingress alone', given: given([policy()]), answer: 'passed' },
    {
      name: 'where nothing enforces',
      given: given([egress(toWeb)], { engine: daemonPod('flannel/flannel:v0.26', 'flannel') }),
      answer: 'not-applicable',
    },
  ],
})
