import { expect, test } from 'vitest'
import { services } from '../../../plugin/cluster/services.ts'
import { resources } from '../../../plugin/kube/port.ts'
import { listFile, readPart } from '../../support/read-part.ts'

const metadata = { name: 'web', namespace: 'shop' }

async function read(spec: unknown, status?: unknown) {
  const reading = await readPart(services, listFile(resources.services, [{ metadata, spec, status }]))
  return reading.status === 'ok' ? reading.value[0] : reading
}

test('what the API leaves out has its documented default', async () => {
  expect(await read({ ports: [{ port: 80 }] })).toMatchObject({
    namespace: 'shop',
    name: 'web',
    type: 'ClusterIP',
    selector: null,
    clusterIPs: [],
    headless: false,
    externalTrafficPolicy: 'Cluster',
    internalTrafficPolicy: 'Cluster',
    publishNotReadyAddresses: false,
    ports: [{ name: '', protocol: 'TCP', port: 80, targetPort: 80, nodePort: null }],
    sessionAffinity: { type: 'None', timeout: null },
  })
})

test('a named target port stays a name and zero means the port itself', async () => {
  const ports = [
    { name: 'a', port: 80, targetPort: 'http' },
    { name: 'b', port: 81, targetPort: 0 },
  ]
  expect(await read({ ports })).toMatchObject({ ports: [{ targetPort: 'http' }, { targetPort: 81 }] })
})

test('None is no address but a headless service, and an old cluster has one address alone', async () => {
  expect(await read({ clusterIP: 'None', clusterIPs: ['None'] })).toMatchObject({ headless: true, clusterIPs: [] })
  expect(await read({ clusterIP: '10.0.0.1' })).toMatchObject({ headless: false, clusterIPs: ['10.0.0.1'] })
})

test('an empty selector selects nothing, as if there were none', async () => {
  expect(await read({ selector: {} })).toMatchObject({ selector: null })
  expect(await read({ selector: { app: 'web' } })).toMatchObject({ selector: { app: 'web' } })
})

test('affinity by client lasts three hours unless told otherwise', async () => {
  expect(await read({ sessionAffinity: 'ClientIP' })).toMatchObject({ sessionAffinity: { timeout: 10_800 } })
  const sessionAffinityConfig = { clientIP: { timeoutSeconds: 60 } }
  const told = await read({ sessionAffinity: 'ClientIP', sessionAffinityConfig })
  expect(told).toMatchObject({ sessionAffinity: { timeout: 60 } })
})

test('a load balancer is told with its addresses and how they are meant', async () => {
  const ingress = [{ ip: '203.0.113.7' }, { hostname: 'lb.example', ipMode: 'Proxy' }]
  const balanced = await read({ type: 'LoadBalancer', healthCheckNodePort: 32000 }, { loadBalancer: { ingress } })
  expect(balanced).toMatchObject({
    healthCheckNodePort: 32000,
    ingress: [
      { ip: '203.0.113.7', hostname: null, ipMode: 'VIP' },
      { ip: null, hostname: 'lb.example', ipMode: 'Proxy' },
    ],
  })
})
