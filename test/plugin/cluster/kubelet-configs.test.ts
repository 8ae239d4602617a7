import { expect, test } from 'vitest'
import { kubeletConfigs } from '../../../plugin/cluster/kubelet-configs.ts'
import { resources } from '../../../plugin/kube/port.ts'
import { listFile, readPart } from '../../support/read-part.ts'

test('each node has what its kubelet runs with, or why that was not read', async () => {
  const names = ['n1', 'n2', 'n3', 'n4']
  const files = {
    ...listFile(
      resources.nodes,
      names.map(name => ({ metadata: { name } })),
    ),
    'cluster/configz/n1.json': { kubeletconfig: { clusterDNS: ['10.96.0.10'], resolvConf: '/etc/resolv.conf' } },
    'cluster/configz/n2.json': { other: {} },
    'cluster/errors.json': [{ path: '/api/v1/nodes/n3/proxy/configz', status: 403 }],
  }
  expect(await readPart(kubeletConfigs, files)).toMatchObject({
    value: [
      { node: 'n1', config: { value: { clusterDNS: ['10.96.0.10'], resolvConf: '/etc/resolv.conf' } } },
      { node: 'n2', config: { reason: 'malformed' } },
      { node: 'n3', config: { reason: 'denied' } },
      { node: 'n4', config: { reason: 'not-recorded' } },
    ],
  })
})
