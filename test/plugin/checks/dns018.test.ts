import check from '../../../plugin/checks/dns/dns018-search-zone-answers-all.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { checkCases } from '../../support/check-cases.ts'
import { resolvConf } from '../../support/dns-objects.ts'
import { snapshot } from '../../support/snapshot.ts'

const given = (...search: string[]) => snapshot({ nodes: { node1: { resolvConf: resolvConf({ search }) } } })
const inPod = (...search: string[]) =>
  snapshot({
    nodes: {
      node1: {
        resolvConf: resolvConf({}),
        podNamespaces: {
          namespaces: [
            {
              pods: [
                {
                  uid: 'u',
                  namespace: 'shop',
                  name: 'web',
                  resolver: ok({ nameservers: ['10.96.0.10'], search, options: [] }),
                },
              ],
              isHost: false,
              network: unavailable('missing', 'the pod has ended'),
            },
          ],
          complete: true,
        },
      },
    },
  })

checkCases(check, {
  fires: [
    {
      name: 'on a public zone that answers every name',
      given: given('lab.example', '192.0.2.7.nip.io'),
      subject: 'cluster',
      at: 'node1:/etc/resolv.conf',
    },
    { name: 'on another such zone', given: given('apps.192-0-2-7.sslip.io'), subject: 'cluster', at: 'node1' },
    {
      name: 'on a private zone of names with addresses',
      given: given('192.0.2.7.wild.example'),
      subject: 'cluster',
      at: 'node1',
    },
    {
      name: 'in the list of a pod',
      given: inPod('shop.svc.cluster.local', 'x.nip.io'),
      subject: 'cluster',
      at: 'Pod shop/web',
    },
  ],
  silent: [
    {
      name: 'on ordinary zones',
      given: given('eu-west-1.compute.internal', 'corp.example', 'ip-10-0-0-1.ec2.internal'),
      answer: 'passed',
    },
    {
      name: 'when nothing was read',
      given: snapshot({ nodes: { node1: { resolvConf: unavailable('denied', 'no right to') } } }),
      answer: 'not-run',
    },
  ],
})
