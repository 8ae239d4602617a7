import { expect, test } from 'vitest'
import { namespaces } from '../../../plugin/cluster/namespaces.ts'
import { networkPolicies } from '../../../plugin/cluster/network-policies.ts'
import { resources } from '../../../plugin/kube/port.ts'
import { listFile, readPart } from '../../support/read-part.ts'

async function read(spec: unknown) {
  const item = { metadata: { name: 'p', namespace: 'shop' }, spec }
  const reading = await readPart(networkPolicies, listFile(resources.networkpolicies, [item]))
  return reading.status === 'ok' ? reading.value[0] : reading
}

const everything = { matchLabels: {}, matchExpressions: [] }

test('directions that are left out follow from the rules', async () => {
  expect(await read({ podSelector: {} })).toMatchObject({ types: ['Ingress'], podSelector: everything })
  expect(await read({ podSelector: {}, egress: [{}] })).toMatchObject({ types: ['Ingress', 'Egress'] })
  expect(await read({ podSelector: {}, policyTypes: ['Egress'] })).toMatchObject({ types: ['Egress'], egress: [] })
})

test('a selector that is left out is told from one that matches everything', async () => {
  const from = [{ namespaceSelector: {} }, { podSelector: { matchLabels: { a: 'b' } } }]
  expect(await read({ ingress: [{ from }] })).toMatchObject({
    ingress: [
      {
        peers: [
          { namespaceSelector: everything, podSelector: null, ipBlock: null },
          { namespaceSelector: null, podSelector: { matchLabels: { a: 'b' } } },
        ],
        ports: [],
      },
    ],
  })
})

test('blocks keep their exceptions, ports their names and ranges', async () => {
  const to = [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }]
  const ports = [{ port: 'http' }, { protocol: 'UDP', port: 1000, endPort: 2000 }, {}]
  expect(await read({ egress: [{ to, ports }] })).toMatchObject({
    egress: [
      {
        peers: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }],
        ports: [
          { protocol: 'TCP', port: 'http', endPort: null },
          { protocol: 'UDP', port: 1000, endPort: 2000 },
          { protocol: 'TCP', port: null, endPort: null },
        ],
      },
    ],
  })
})

test('expressions are kept as they are', async () => {
  const matchExpressions = [
    { key: 'a', operator: 'In', values: ['b'] },
    { key: 'c', operator: 'Exists' },
  ]
  expect(await read({ podSelector: { matchExpressions } })).toMatchObject({
    podSelector: { matchExpressions: [{ values: ['b'] }, { operator: 'Exists', values: [] }] },
  })
})

test('every namespace has its name as a label, also on clusters that do not write it', async () => {
  const reading = await readPart(namespaces, listFile(resources.namespaces, [{ metadata: { name: 'shop' } }]))
  expect(reading).toMatchObject({ value: [{ name: 'shop', labels: { 'kubernetes.io/metadata.name': 'shop' } }] })
})
