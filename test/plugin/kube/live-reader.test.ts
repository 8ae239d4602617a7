import { Agent } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { liveKube } from '../../../plugin/kube/live-reader.ts'
import { type Kube, resources } from '../../../plugin/kube/port.ts'
import { type Answer, type ScriptedApi, sendJson, startApi, statusObject } from '../../support/scripted-api.ts'

let api: ScriptedApi | undefined
afterEach(async () => {
  await api?.close()
  api = undefined
})

async function kubeOf(answer: Answer, timeoutMs = 2_000): Promise<Kube> {
  api = await startApi(answer)
  const agent = new Agent({ keepAlive: true })
  return liveKube({ server: new URL(api.url), authorize: async () => ({ headers: {}, agent }) }, { timeoutMs })
}

const page = (items: unknown, token?: string) => ({ metadata: { resourceVersion: '7', continue: token }, items })
const gone = statusObject(410, 'The provided continue parameter is too old', 'Expired')

test('all pages of a list are read', async () => {
  const kube = await kubeOf((seen, response) =>
    sendJson(response, seen.query.get('continue') === 'x' ? page([3]) : page([1, 2], 'x')),
  )
  expect(await kube.list(resources.pods)).toEqual({ status: 'ok', value: [1, 2, 3] })
  expect(api?.requests.map(({ query }) => query.get('limit'))).toEqual(['500', '500'])
})

test('an empty list that Go writes as null is an empty list', async () => {
  const kube = await kubeOf((_seen, response) => sendJson(response, page(null)))
  expect(await kube.list(resources.pods)).toEqual({ status: 'ok', value: [] })
})

test('a list that expires on the way is read again from the start', async () => {
  const kube = await kubeOf((seen, response, count) => {
    if (count === 2) sendJson(response, gone, 410)
    else sendJson(response, seen.query.get('continue') ? page([2]) : page([1], 'x'))
  })
  expect(await kube.list(resources.pods)).toEqual({ status: 'ok', value: [1, 2] })
})

test('a list that expires twice is a failure', async () => {
  const kube = await kubeOf((_seen, response) => sendJson(response, gone, 410))
  expect(await kube.list(resources.pods)).toMatchObject({ status: 'unavailable', reason: 'failed' })
  expect(api?.requests).toHaveLength(2)
})

test.each([
  [401, 'denied', /log in again/],
  [403, 'denied', /user-rbac/],
  [404, 'unsupported', null],
  [400, 'failed', null],
])('status %i is the reason %s, with what to do about it', async (status, reason, hint) => {
  const kube = await kubeOf((_seen, response) =>
    sendJson(response, statusObject(status, 'words of the server'), status),
  )
  expect(await kube.list(resources.endpointslices)).toEqual({
    status: 'unavailable',
    reason,
    detail: 'GET /apis/discovery.k8s.io/v1/endpointslices: words of the server',
    ...(hint ? { hint: expect.stringMatching(hint) } : {}),
  })
})

test('a slow list is a time-out', async () => {
  const kube = await kubeOf(() => undefined, 50)
  expect(await kube.list(resources.pods)).toMatchObject({ reason: 'timeout' })
})

test.each(['{"items": 1}', '[]', 'null', '{'])('%s is no list', async text => {
  const kube = await kubeOf((_seen, response) => response.end(text))
  expect(await kube.list(resources.pods)).toMatchObject({ reason: 'malformed' })
})

test('the version is that of the server', async () => {
  const kube = await kubeOf((_seen, response) => sendJson(response, { gitVersion: 'v1.33.1' }))
  expect(await kube.version()).toEqual({ status: 'ok', value: 'v1.33.1' })
})

test('a log is asked for with its limits', async () => {
  const kube = await kubeOf((_seen, response) => response.end('one\ntwo\n'))
  const log = await kube.logs({ namespace: 'n', pod: 'p', container: 'c', previous: true, tailLines: 60 })
  expect(log).toEqual({ status: 'ok', value: 'one\ntwo\n' })
  const [request] = api?.requests ?? []
  expect(request?.path).toBe('/api/v1/namespaces/n/pods/p/log')
  expect(Object.fromEntries(request?.query ?? [])).toEqual({
    container: 'c',
    previous: 'true',
    tailLines: '60',
    limitBytes: '1048576',
  })
})

test.each([
  [400, 'container "c" in pod "p" is waiting to start: ContainerCreating', 'missing'],
  [400, 'previous terminated container "c" in pod "p" not found', 'missing'],
  [404, 'pods "p" not found', 'missing'],
  [403, 'pods "p" is forbidden', 'denied'],
])('a log with status %i and %j is %s', async (status, message, reason) => {
  const kube = await kubeOf((_seen, response) => sendJson(response, statusObject(status, message), status))
  expect(await kube.logs({ namespace: 'n', pod: 'p', container: 'c' })).toMatchObject({ reason })
})
