import check from '../../../plugin/checks/dns/dns012-node-resolver-trouble.ts'
import { unavailable } from '../../../shared/reading.ts'
import { apiNode } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { brokenDnsPod, dnsSnapshot, kubelet, resolvConf } from '../../support/dns-objects.ts'
import { snapshot } from '../../support/snapshot.ts'

const domains = (count: number) => Array.from({ length: count }, (_, i) => `d${i}.example`)
const given = (content: Parameters<typeof resolvConf>[0], kubeletVersion = 'v1.36.0') =>
  snapshot({
    cluster: { nodes: [apiNode({ kubeletVersion })] },
    nodes: { node1: { kubelet: kubelet(), resolvConf: resolvConf(content) } },
  })
const at = 'node1:/etc/resolv.conf'

checkCases(check, {
  fires: [
    { name: 'on a file that is not there', given: given(null), subject: 'node1', at },
    { name: 'on no server', given: given({ nameservers: [] }), subject: 'node1', at },
    {
      name: 'as an error when CoreDNS cannot start for it',
      given: dnsSnapshot({
        pods: [brokenDnsPod()],
        log: 'plugin/forward: no nameservers found',
        resolver: { nameservers: [] },
      }),
      subject: 'node1',
      at: 'log',
      severity: 'error',
    },
    { name: 'on four servers', given: given({ nameservers: ['1', '2', '3', '4'] }), subject: 'node1', at },
    { name: 'on 30 search domains', given: given({ search: domains(30) }), subject: 'node1', at },
    {
      name: 'on four search domains of an old kubelet',
      given: given({ search: domains(4) }, 'v1.21.3'),
      subject: 'node1',
      at,
    },
    {
      name: 'on a misspelt key of the kubelet’s file',
      given: snapshot({
        cluster: { nodes: [apiNode()] },
        nodes: { node1: { kubelet: kubelet({ strayKeys: ['resolveConf'] }), resolvConf: resolvConf({}) } },
      }),
      subject: 'node1',
      at: 'node1:/var/lib/kubelet/config.yaml',
    },
  ],
  silent: [
    { name: 'on three servers', given: given({ nameservers: ['1', '2', '3'] }), answer: 'passed' },
    { name: 'on four search domains', given: given({ search: domains(4) }), answer: 'passed' },
    {
      name: 'on a file that the kubelet does not use',
      given: snapshot({
        nodes: {
          node1: {
            kubelet: kubelet({ resolvConf: '/run/systemd/resolve/resolv.conf' }),
            resolvConf: {
              files: [
                ...resolvConf({ nameservers: [] }).files,
                ...resolvConf({}, '/run/systemd/resolve/resolv.conf').files,
              ],
            },
          },
        },
      }),
      answer: 'passed',
    },
    {
      name: 'when the settings of the kubelet are not known',
      given: snapshot({
        nodes: {
          node1: {
            kubelet: { ...kubelet(), config: unavailable('unsupported', 'k3s keeps them') },
            resolvConf: resolvConf({ nameservers: [] }),
          },
        },
      }),
      answer: 'not-run',
    },
  ],
})
