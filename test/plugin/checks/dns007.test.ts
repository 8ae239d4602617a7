import check from '../../../plugin/checks/dns/dns007-coredns-lacks-rights.ts'
import type { PolicyRuleOfRole, SystemAccount } from '../../../plugin/cluster/system-rights.ts'
import { ok, type Reading, unavailable } from '../../../shared/reading.ts'
import { checkCases } from '../../support/check-cases.ts'
import { coreDnsPod, dnsSnapshot, unreadyDnsPod } from '../../support/dns-objects.ts'
import { snapshot } from '../../support/snapshot.ts'

const subject = 'kube-system/kube-dns'
const gone = unavailable('missing', 'it does not exist')
const rule = (apiGroup: string, resources: readonly string[]): PolicyRuleOfRole => ({
  apiGroups: [apiGroup],
  resources,
  verbs: ['list', 'watch'],
  resourceNames: [],
  nonResourceURLs: [],
})
const core = rule('', ['endpoints', 'services', 'pods', 'namespaces'])
const slices = rule('discovery.k8s.io', ['endpointslices'])
const account = (rules: Reading<readonly PolicyRuleOfRole[]>, change: Partial<SystemAccount> = {}): SystemAccount => ({
  namespace: 'kube-system',
  name: 'coredns',
  workload: 'Deployment kube-system/coredns',
  account: ok(true),
  roles: [{ binding: 'system:coredns', name: 'system:coredns', rules }],
  ...change,
})
const given = (of: SystemAccount, image?: string) =>
  dnsSnapshot({ pods: [unreadyDnsPod({}, image)], cluster: { systemRights: [of] } })
const refusal =
  '[INFO] plugin/kubernetes: failed to list *v1.EndpointSlice: endpointslices.discovery.k8s.io is forbidden: User "system:serviceaccount:kube-system:coredns" cannot list resource "endpointslices" in API group "discovery.k8s.io" at the cluster scope'

checkCases(check, {
  fires: [
    { name: 'on a role without endpoint slices', given: given(account(ok([core]))), subject, at: 'ClusterRoles' },
    { name: 'on a role that is gone', given: given(account(gone)), subject, at: 'ClusterRoles' },
    {
      name: 'on an account that is gone',
      given: given(account(ok([]), { account: gone })),
      subject,
      at: 'ClusterRoles',
    },
    {
      name: 'on an account without a binding',
      given: given(account(ok([]), { roles: [] })),
      subject,
      at: 'ClusterRoles',
    },
    { name: 'on what the log says', given: dnsSnapshot({ pods: [unreadyDnsPod()], log: refusal }), subject, at: 'log' },
    {
      name: 'on a fresh line of a pod that is ready',
      given: dnsSnapshot({ pods: [coreDnsPod()], log: `2026-01-01T11:58:00Z ${refusal}` }),
      subject,
      at: 'log',
    },
  ],
  silent: [
    { name: 'on a role with all of it', given: given(account(ok([core, slices]))), answer: 'passed' },
    {
      name: 'on a version that does not read endpoint slices',
      given: given(account(ok([core])), 'coredns:1.7.0'),
      answer: 'passed',
    },
    {
      name: 'on an old line of a pod that is ready',
      given: dnsSnapshot({ pods: [coreDnsPod()], log: `2026-01-01T09:00:00Z ${refusal}` }),
      answer: 'passed',
    },
    { name: 'when nothing was read', given: dnsSnapshot({ pods: [unreadyDnsPod()] }), answer: 'not-run' },
    { name: 'without CoreDNS', given: snapshot({ cluster: { pods: [] } }), answer: 'not-applicable' },
  ],
})
