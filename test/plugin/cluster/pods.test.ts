import { expect, test } from 'vitest'
import { pods } from '../../../plugin/cluster/pods.ts'
import { resources } from '../../../plugin/kube/port.ts'
import { isOk } from '../../../shared/reading.ts'
import { listFile, readPart } from '../../support/read-part.ts'

const metadata = { name: 'p', namespace: 'shop' }

async function read(spec: unknown, status: unknown = {}, more: object = {}) {
  const item = { metadata: { ...metadata, ...more }, spec, status }
  const reading = await readPart(pods, listFile(resources.pods, [item]))
  return reading.status === 'ok' ? reading.value[0] : reading
}

const spec = (container: object) => ({ containers: [{ name: 'c', image: 'i', ...container }] })

test('values of the environment are kept of network settings only, and never a login', async () => {
  const env = [
    { name: 'HTTPS_PROXY', value: 'http://me:word@proxy.example:3128' },
    { name: 'no_proxy', value: '10.0.0.0/8' },
    { name: 'KUBERNETES_SERVICE_HOST', value: '10.0.0.9' },
    { name: 'HTTP_PROXY', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
    { name: 'DATABASE_PASSWORD', value: 'word' },
    { name: 'FELIX_IPTABLES_TOKEN', value: 'word' },
    { name: 'PATH', value: '/bin' },
  ]
  const reading = await readPart(pods, listFile(resources.pods, [{ metadata, spec: spec({ env }) }]))
  expect(JSON.stringify(reading)).not.toMatch(/word|PASSWORD/)
  expect(isOk(reading) && reading.value[0]?.specs[0]?.env).toEqual({
    HTTPS_PROXY: 'http://proxy.example:3128',
    no_proxy: '10.0.0.0/8',
    KUBERNETES_SERVICE_HOST: '10.0.0.9',
    HTTP_PROXY: null,
  })
})

test('probes keep where they ask', async () => {
  const probes = {
    readinessProbe: { httpGet: { path: '/ready', port: 8181 } },
    livenessProbe: { tcpSocket: { port: 'dns' } },
    startupProbe: { exec: { command: ['true'] } },
  }
  expect(await read(spec(probes))).toMatchObject({
    specs: [
      {
        readiness: { kind: 'http', path: '/ready', port: 8181, host: '' },
        liveness: { kind: 'tcp', port: 'dns' },
        startup: { kind: 'exec', port: null, command: ['true'] },
      },
    ],
  })
})

test('volumes tell which keys of a ConfigMap are mounted under which name', async () => {
  const volumes = [
    { name: 'all', configMap: { name: 'kube-proxy' } },
    { name: 'one', configMap: { name: 'coredns', items: [{ key: 'Corefile', path: 'Corefile' }] } },
    { name: 'host', hostPath: { path: '/run/xtables.lock' } },
    { name: 'secret', secret: { secretName: 's' } },
  ]
  const volumeMounts = [{ name: 'all', mountPath: '/var/lib/kube-proxy' }]
  expect(await read({ ...spec({ volumeMounts }), volumes })).toMatchObject({
    specs: [{ mounts: [{ volume: 'all', path: '/var/lib/kube-proxy', subPath: '' }] }],
    volumes: [
      { name: 'all', configMap: { name: 'kube-proxy', items: null }, hostPath: null },
      { configMap: { items: [{ key: 'Corefile', path: 'Corefile' }] } },
      { configMap: null, hostPath: '/run/xtables.lock' },
      { configMap: null, hostPath: null },
    ],
  })
})

test('what is left out has its documented default', async () => {
  expect(await read(spec({}))).toMatchObject({
    hostNetwork: false,
    dnsPolicy: 'ClusterFirst',
    dnsConfig: null,
    serviceAccount: 'default',
    finalizers: [],
    specs: [{ readiness: null, memoryLimit: null, ports: [], allowPrivilegeEscalation: null }],
  })
})

test('the end of the run before is told with reason, code and time', async () => {
  const terminated = { reason: 'OOMKilled', exitCode: 137, finishedAt: '2026-01-01T00:00:00Z' }
  const containerStatuses = [{ name: 'c', state: { running: {} }, lastState: { terminated }, restartCount: 4 }]
  expect(await read(spec({}), { containerStatuses })).toMatchObject({
    containers: [
      { lastReason: 'OOMKilled', lastExitCode: 137, lastFinishedAt: '2026-01-01T00:00:00Z', state: 'running' },
    ],
  })
})

test('a pod that is deleted says since when and what holds it', async () => {
  const more = { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['example.com/wait'] }
  expect(await read(spec({}), {}, more)).toMatchObject({
    deleting: true,
    deletionTime: '2026-01-01T00:00:00Z',
    finalizers: ['example.com/wait'],
  })
})

test('conditions keep reason and message', async () => {
  const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes' }]
  expect(await read(spec({}), { conditions })).toMatchObject({ conditions: [{ message: '0/3 nodes', since: null }] })
})
