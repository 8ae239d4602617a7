import { expect, test } from 'vitest'
import { describeDns } from '../../../plugin/model/dns-overview.ts'
import { apiNode, dnsService } from '../../support/api-objects.ts'
import { brokenDnsPod, coreDnsPod, kubelet, resolvConf } from '../../support/dns-objects.ts'
import { snapshot } from '../../support/snapshot.ts'

test('DNS of each node: what pods ask, which pods answer, where names go on to', () => {
  const given = snapshot({
    cluster: {
      nodes: [apiNode(), apiNode({ name: 'node2' })],
      services: [dnsService()],
      pods: [coreDnsPod(), brokenDnsPod({ name: 'coredns-y', node: 'node2' })],
    },
    nodes: { node1: { kubelet: kubelet(), resolvConf: resolvConf({ search: ['lab.example'] }) }, node2: 'it is away' },
  })
  expect(describeDns(given)).toEqual([
    {
      name: 'node1',
      clusterDNS: ['10.96.0.10'],
      pods: ['coredns-x 1.11.1 ready'],
      resolver: { place: '/etc/resolv.conf', servers: ['192.0.2.53'], search: ['lab.example'] },
    },
    { name: 'node2', clusterDNS: null, pods: ['coredns-y 1.11.1 not ready'], resolver: null },
  ])
})
