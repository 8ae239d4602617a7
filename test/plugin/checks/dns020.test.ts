import check from '../../../plugin/checks/dns/dns020-corefile-hides-services.ts'
import { pod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { coreDnsPod, corefile, dnsSnapshot } from '../../support/dns-objects.ts'
import { snapshot } from '../../support/snapshot.ts'

const web = pod({ name: 'web', ips: ['10.244.2.7'] })
const given = (...lines: string[]) =>
  dnsSnapshot({
    pods: [coreDnsPod(), web],
    text: corefile.replace('errors\n', `errors\n${lines.join('\n')}\n`),
  })
const subject = 'kube-system/kube-dns'
const at = 'line 3'

checkCases(check, {
  fires: [
    {
      name: 'where it refuses a range of pods',
      given: given('acl {', 'block net 10.244.2.0/24', '}'),
      subject,
      at: 'line 4',
    },
    {
      name: 'where it drops all but others',
      given: given('acl {', 'allow net 192.0.2.0/24', 'drop', '}'),
      subject,
      at: 'line 5',
    },
    {
      name: 'where it answers for a namespace',
      given: given('template IN A shop.svc.cluster.local {', 'rcode NXDOMAIN', '}'),
      subject,
      at,
    },
    {
      name: 'where it asks for another domain',
      given: given('rewrite name suffix .svc.cluster.local .svc.corp.local'),
      subject,
      at,
    },
  ],
  silent: [
    { name: 'where nothing stands before the plugin', given: given(), answer: 'passed' },
    {
      name: 'where pods are allowed first',
      given: given('acl {', 'allow net 10.244.0.0/16', 'block', '}'),
      answer: 'passed',
    },
    {
      name: 'where AAAA alone is answered',
      given: given('template IN AAAA cluster.local {', 'rcode NOERROR', '}'),
      answer: 'passed',
    },
    {
      name: 'where another zone is rewritten to one of the cluster',
      given: given('rewrite name db.example.org db.shop.svc.cluster.local'),
      answer: 'passed',
    },
    { name: 'without DNS', given: snapshot({ cluster: { pods: [], configMaps: [] } }), answer: 'not-applicable' },
  ],
})
