import { Agent } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { resources, type WatchEvent } from '../../../plugin/kube/port.ts'
import { watchObjects } from '../../../plugin/kube/watch.ts'
import { type Answer, type ScriptedApi, sendJson, startApi, statusObject } from '../../support/scripted-api.ts'

let api: ScriptedApi | undefined
let stop = new AbortController()
afterEach(async () => {
  stop.abort()
  stop = new AbortController()
  await api?.close()
  api = undefined
})

const pod = (uid: string, resourceVersion: string) => ({ metadata: { uid, resourceVersion } })
const line = (type: string, object: unknown) => `${JSON.stringify({ type, object })}\n`
const list = (version: string, ...items: unknown[]) => ({ metadata: { resourceVersion: version }, items })

async function watch(answer: Answer): Promise<AsyncGenerator<WatchEvent>> {
  api = await startApi(answer)
  const agent = new Agent({ keepAlive: true })
  const endpoint = { server: new URL(api.url), authorize: async () => ({ headers: {}, agent }) }
  const target = { namespace: 'n', labelSelector: 'a=b', signal: stop.signal, timeoutMs: 2_000 }
  return watchObjects(endpoint, { resource: resources.pods, ...target })
}

/** The next events as `TYPE uid`, then ends the watch. */
async function take(events: AsyncGenerator<WatchEvent>, count: number): Promise<readonly string[]> {
  const taken: string[] = []
  for await (const { type, object } of events) {
    taken.push(`${type} ${(object as ReturnType<typeof pod>).metadata.uid}`)
    if (taken.length === count) break
  }
  return taken
}

const isWatch: (query: URLSearchParams) => boolean = query => query.get('watch') === 'true'

test('what is there comes first, then what happens', async () => {
  const events = await watch((seen, response) =>
    isWatch(seen.query)
      ? response.write(line('MODIFIED', pod('a', '6')) + line('DELETED', pod('a', '7')))
      : sendJson(response, list('5', pod('a', '4'))),
  )
  expect(await take(events, 3)).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a'])
  expect(api?.requests[1]?.query.get('resourceVersion')).toBe('5')
  expect(api?.requests.map(({ query }) => query.get('labelSelector'))).toEqual(['a=b', 'a=b'])
})

test('a watch that ends goes on from the last version, that of a bookmark included', async () => {
  const events = await watch((seen, response, count) => {
    if (!isWatch(seen.query)) sendJson(response, list('5'))
    else if (count === 2) response.end(line('ADDED', pod('a', '6')) + line('BOOKMARK', pod('', '9')))
    else response.write(line('ADDED', pod('b', '10')))
  })
  expect(await take(events, 2)).toEqual(['ADDED a', 'ADDED b'])
  expect(api?.requests[2]?.query.get('resourceVersion')).toBe('9')
})

test('after an expired version the list tells what came, changed and went meanwhile', async () => {
  const events = await watch((seen, response, count) => {
    if (count === 1) sendJson(response, list('5', pod('a', '1'), pod('b', '2')))
    else if (count === 2) response.end(line('ERROR', statusObject(410, 'too old resource version', 'Expired')))
    else if (!isWatch(seen.query)) sendJson(response, list('8', pod('b', '7'), pod('c', '8')))
  })
  expect(await take(events, 5)).toEqual(['ADDED a', 'ADDED b', 'MODIFIED b', 'ADDED c', 'DELETED a'])
})

test('a cut connection is taken up again', async () => {
  const events = await watch((seen, response, count) => {
    if (!isWatch(seen.query)) sendJson(response, list('5'))
    else if (count === 2) response.write(line('ADDED', pod('a', '6')), () => response.destroy())
    else response.write(line('ADDED', pod('b', '7')))
  })
  expect(await take(events, 2)).toEqual(['ADDED a', 'ADDED b'])
})

test('an abort ends the watch without an error', async () => {
  const events = await watch((seen, response) =>
    isWatch(seen.query) ? response.write(line('ADDED', pod('a', '6'))) : sendJson(response, list('5')),
  )
  expect((await events.next()).value).toMatchObject({ type: 'ADDED' })
  const next = events.next()
  stop.abort()
  expect(await next).toEqual({ done: true, value: undefined })
})

test('a denial ends the watch with the words of the server', async () => {
  const events = await watch((_seen, response) => sendJson(response, statusObject(403, 'pods is forbidden'), 403))
  await expect(events.next()).rejects.toMatchObject({ code: 'API_DENIED', status: 403 })
})

test('a line that is no event ends the watch', async () => {
  const events = await watch((seen, response) =>
    isWatch(seen.query) ? response.write('{"type":"NEW"}\n') : sendJson(response, list('5')),
  )
  await expect(events.next()).rejects.toThrow('not an event')
})
