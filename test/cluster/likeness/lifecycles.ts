import { setTimeout as sleep } from 'node:timers/promises'
import { fieldOf, isRecord, textOf } from '../api/object.ts'
import { converse } from './port-forward-frames.ts'
import type { RawApi } from './raw-api.ts'

/** Where everything of these lives; the requests have another, for it may take long to go. */
const namespace = 'netcheck-lifecycles'
const own = `/api/v1/namespaces/${namespace}`
const port = 18_999

const echo = `require('net').createServer(s=>s.once('data',d=>s.end('pong '+d))).listen(${port},'127.0.0.1',()=>console.log('listening'))`

const pod = (name: string, command: string, image = 'node:24-alpine') => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: {
    hostNetwork: true,
    terminationGracePeriodSeconds: 0,
    tolerations: [{ operator: 'Exists' }],
    containers: [{ name: 'main', image, command: ['node', '-e', command] }],
  },
})

/** What happens to pods and timers, step by step, without what differs from run to run. */
export async function lifecyclesOf(api: RawApi): Promise<Record<string, unknown>> {
  await api.send({
    method: 'POST',
    path: '/api/v1/namespaces',
    body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
  })
  try {
    return {
      'a pod that serves': await servingPod(api),
      'a pod whose image is nowhere': await unpullablePod(api),
      'a pod that crashes': await crashingPod(api),
      'a timer and what it owns': await timer(api),
    }
  } finally {
    await api.send({ method: 'DELETE', path: `/api/v1/namespaces/${namespace}` })
  }
}

async function servingPod(api: RawApi) {
  await create(api, `${own}/pods`, pod('serving', echo))
  await until(api, 'serving', object => textOf(object, 'status.phase') === 'Running')
  const log = (query: string) => api.send({ method: 'GET', path: `${own}/pods/serving/log?${query}` })
  const target = { namespace, pod: 'serving', port }
  const last = await untilText(() => log('tailLines=1'), 'listening')
  const steps = {
    'last line of its log': last,
    'log of a container that it has not': brief(await log('container=other')),
    'log of a run that was not': brief(await log('previous=true')),
    'port-forward to its port': await converse(api, target, 'ping'),
    'port-forward to a port where nobody listens': await refused(api),
    'port-forward without an upgrade': brief(
      await api.send({ method: 'GET', path: `${own}/pods/serving/portforward?ports=${port}` }),
    ),
  }
  await api.send({ method: 'DELETE', path: `${own}/pods/serving`, body: { gracePeriodSeconds: 0 } })
  return { ...steps, 'after its deletion': brief(await api.send({ method: 'GET', path: `${own}/pods/serving` })) }
}

/** The words of the error are the runtime's own; that there is one on the error channel counts. */
async function refused(api: RawApi) {
  const conversation = await converse(api, { namespace, pod: 'serving', port: 1 }, 'x')
  return { ...conversation, messages: conversation.messages.map(text => text.replace(/^error: .*/s, 'error: …')) }
}

const unpullablePod = (api: RawApi) =>
  statesOf(api, pod('unpullable', '', 'registry.invalid/none:1'), 'ImagePullBackOff')

const crashingPod = (api: RawApi) => statesOf(api, pod('crashing', 'process.exit(3)'), 'CrashLoopBackOff')

/** States of a pod's container as they followed each other up to one, by a watch that begins at the pod's creation. */
async function statesOf(api: RawApi, manifest: ReturnType<typeof pod>, last: string): Promise<string[]> {
  const { name } = manifest.metadata
  const created = await create(api, `${own}/pods`, manifest)
  await until(api, name, object => describeContainer(object).includes(last))
  const query = `watch=true&fieldSelector=metadata.name%3D${name}&timeoutSeconds=1`
  const events = await watched(
    api,
    `${own}/pods?${query}&resourceVersion=${textOf(created, 'metadata.resourceVersion')}`,
  )
  await api.send({ method: 'DELETE', path: `${own}/pods/${name}`, body: { gracePeriodSeconds: 0 } })
  const states = events.map(event => describeContainer(fieldOf(event, 'object')))
  const distinct = states.filter((state, index) => state !== '' && state !== states[index - 1])
  return distinct.slice(0, distinct.findIndex(state => state.includes(last)) + 1)
}

async function watched(api: RawApi, path: string): Promise<unknown[]> {
  const { body } = await api.send({ method: 'GET', path })
  const lines = body.split('\n').filter(line => line !== '')
  return lines.map(line => JSON.parse(line))
}

async function timer(api: RawApi) {
  const jobs = `/apis/batch/v1/namespaces/${namespace}/jobs`
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'node:24-alpine' }] } }
  const job = await create(api, jobs, {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'anchor' },
    spec: { parallelism: 0, backoffLimit: 0, activeDeadlineSeconds: 2, ttlSecondsAfterFinished: 0, template },
  })
  const owner = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    name: 'anchor',
    uid: textOf(job, 'metadata.uid'),
    controller: false,
  }
  await create(api, `${own}/configmaps`, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'owned', ownerReferences: [owner] },
  })
  const version = textOf(job, 'metadata.resourceVersion')
  const query = `watch=true&fieldSelector=metadata.name%3Danchor&timeoutSeconds=8&resourceVersion=${version}`
  const events = await watched(api, `${jobs}?${query}`)
  const gone = await untilGone(api, `${own}/configmaps/owned`)
  return { events: [...new Set(events.map(describeJob))], 'what it owned is gone': gone }
}

function describeJob(event: unknown): string {
  const conditions = fieldOf(event, 'object.status.conditions')
  const types = Array.isArray(conditions) ? conditions.map(each => `${each.type}=${each.status} ${each.reason}`) : []
  const finalizers = fieldOf(event, 'object.metadata.finalizers')
  const isStarted = textOf(event, 'object.status.startTime') !== ''
  return [
    textOf(event, 'type'),
    isStarted ? 'started' : 'not started',
    ...types,
    ...(Array.isArray(finalizers) ? finalizers : []),
  ].join(', ')
}

function describeContainer(object: unknown): string {
  const statuses = fieldOf(object, 'status.containerStatuses')
  const [status] = Array.isArray(statuses) ? statuses : []
  const state = fieldOf(status, 'state')
  if (!isRecord(state)) return ''
  const [kind = ''] = Object.keys(state)
  const reason = textOf(state, `${kind}.reason`)
  const code = fieldOf(state, `${kind}.exitCode`)
  return [kind, reason, code === undefined ? '' : `code ${code}`, `restarts ${fieldOf(status, 'restartCount')}`]
    .filter(piece => piece !== '')
    .join(' ')
}

const brief = ({ status, body }: { status: number; body: string }) => {
  const message = textOf(JSON.parse(body), 'message')
  return `${status} ${message}`
}

async function create(api: RawApi, path: string, body: object): Promise<unknown> {
  const reply = await api.send({ method: 'POST', path, body })
  if (reply.status !== 201) throw new Error(`${path}: ${reply.body}`)
  return JSON.parse(reply.body)
}

const mostMs = 90_000

async function until(api: RawApi, name: string, fits: (object: unknown) => boolean): Promise<void> {
  const end = performance.now() + mostMs
  while (performance.now() < end) {
    const { body } = await api.send({ method: 'GET', path: `${own}/pods/${name}` })
    if (fits(JSON.parse(body))) return
    await sleep(20)
  }
  throw new Error(`pod ${name} did not get that far`)
}

async function untilText(read: () => Promise<{ body: string }>, text: string): Promise<string> {
  const end = performance.now() + mostMs
  for (;;) {
    const { body } = await read()
    if (body.includes(text) || performance.now() > end) return body
    await sleep(20)
  }
}

async function untilGone(api: RawApi, path: string): Promise<boolean> {
  const end = performance.now() + 10_000
  while (performance.now() < end) {
    const { status } = await api.send({ method: 'GET', path })
    if (status === 404) return true
    await sleep(20)
  }
  return false
}
