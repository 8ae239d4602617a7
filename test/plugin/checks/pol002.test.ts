import check from '../../../plugin/checks/pol/pol002-dns-blocked.ts'
import type { DaemonSet } from '../../../plugin/cluster/daemon-sets.ts'
import type { NetworkPolicy, PolicyRule } from '../../../plugin/cluster/network-policies.ts'
import type { Pod } from '../../../plugin/cluster/pods.ts'
import {
  apiNode,
  daemonPod,
  daemonSet,
  dnsService,
  matching,
  namespace,
  pod,
  policy,
  servicePort,
} from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { kubelet } from '../../support/dns-objects.ts'
import { snapshot } from '../../support/snapshot.ts'

const web = pod({ labels: { app: 'web' } })
const dns = pod({ namespace: 'kube-system', name: 'dns', labels: { 'k8s-app': 'kube-dns' }, ips: ['10.244.2.9'] })
const calico = daemonPod('calico/node:v3.30', 'calico-node')

const cacheImage = 'registry.k8s.io/dns/k8s-dns-node-cache:1.23'
const cachePod = daemonPod(cacheImage, 'node-local-dns', { hostNetwork: true })
const cache = daemonSet('node-local-dns', cacheImage)
const holding: DaemonSet = {
  ...cache,
  containers: cache.containers.map(each => ({ ...each, command: ['-localip', '169.254.20.10,10.96.0.10'] })),
}

/** With a cache on node1, whose kubelet gives this address to pods. */
const cached = (policies: readonly NetworkPolicy[], address: string) =>
  given(policies, { clusterDNS: address, daemonSets: [holding], more: [cachePod] })

const toAddress = (cidr: string) => ({
  peers: [{ ipBlock: { cidr, except: [] }, namespaceSelector: null, podSelector: null }],
  ports: [port(53, 'UDP'), port(53, 'TCP')],
})

interface Given {
  readonly engine?: Pod
  readonly target?: number
  readonly clusterDNS?: string
  readonly daemonSets?: readonly DaemonSet[]
  readonly more?: readonly Pod[]
}

const given = (
  policies: readonly NetworkPolicy[],
  { engine = calico, target = 53, clusterDNS, daemonSets = [], more = [] }: Given = {},
) =>
  snapshot({
    nodes: clusterDNS ? { node1: { kubelet: kubelet({ clusterDNS: [clusterDNS] }) } } : {},
    cluster: {
      networkPolicies: policies,
      pods: [web, dns, engine, ...more],
      nodes: [apiNode()],
      daemonSets,
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
    {
      name: 'where pods ask a cache on the node and only the DNS pods are allowed',
      given: cached([egress(toDns(53))], '169.254.20.10'),
      ...fires,
    },
    {
      name: 'where the cache of the node holds the address of the service',
      given: cached([egress(toDns(53))], '10.96.0.10'),
      ...fires,
    },
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
    {
      name: 'where the address of the cache is allowed',
      given: cached([egress(toAddress('169.254.20.10/32'))], '169.254.20.10'),
      answer: 'passed',
    },
    {
      name: 'where the DNS pods are allowed and the cache holds another address',
      given: cached([egress(toDns(53))], '10.96.0.99'),
      answer: 'passed',
    },
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
