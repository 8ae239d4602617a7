import type { ServerResponse } from 'node:http'
import { ApiFailure, badRequest } from './api-error.ts'
import type { Clock } from './clock.ts'
import { matcherOf } from './list.ts'
import type { KubeObject } from './object.ts'
import type { Reply } from './reply.ts'
import { type ApiRequest, isSet } from './request.ts'
import { apiVersionOf } from './resources.ts'
import type { Change, Store } from './store.ts'

/** How often a watch that asked for bookmarks gets one, ms. */
const bookmarkMs = 1_000

/** A watch: changes after a version, then new ones. Ends by time-out or when the client disconnects. */
export function watch(store: Store, clock: Clock, request: ApiRequest): Reply {
  const asked = request.query.get('resourceVersion') ?? ''
  if (asked !== '' && !/^\d+$/.test(asked)) throw badRequest(`invalid resource version: ${asked}`)
  return {
    kind: 'stream',
    type: 'application/json',
    write: response => stream(store, clock, { request, asked, response }),
  }
}

interface Stream {
  readonly request: ApiRequest
  readonly asked: string
  readonly response: ServerResponse
}

function stream(store: Store, clock: Clock, { request, asked, response }: Stream): void {
  const fits = matcherOf(request)
  const send = (type: string, object: unknown) => response.write(`${JSON.stringify({ type, object })}\n`)
  const tell = (change: Change) => {
    const event = change.resource === request.type ? seen(change, fits) : null
    if (event) send(event, change.object)
  }
  try {
    // Without a version, or with 0, a watch begins with the existing objects.
    if (asked === '' || asked === '0') for (const item of store.items(request.type).filter(fits)) send('ADDED', item)
    else for (const change of store.since(Number(asked))) tell(change)
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error
    send('ERROR', error.body)
    response.end()
    return
  }
  const stops = [store.subscribe(tell)]
  if (isSet(request.query, 'allowWatchBookmarks')) {
    const timer = setInterval(() => send('BOOKMARK', bookmark(store, request)), bookmarkMs)
    stops.push(() => clearInterval(timer))
  }
  const seconds = Number(request.query.get('timeoutSeconds') ?? 0)
  if (seconds > 0) stops.push(clock.at(clock.now() + seconds * 1_000, () => response.end()))
  response.once('close', () => {
    for (const stop of stops) stop()
  })
}

/** A change as seen through a selector: an object may enter or leave the selection. */
function seen({ type, object, before }: Change, fits: (object: KubeObject) => boolean): Change['type'] | null {
  const was = before !== null && fits(before)
  const is = fits(object)
  if (type === 'DELETED') return was || is ? 'DELETED' : null
  if (is) return was ? 'MODIFIED' : 'ADDED'
  return was ? 'DELETED' : null
}

const bookmark = (store: Store, { type }: ApiRequest) => ({
  kind: type.kind,
  apiVersion: apiVersionOf(type),
  metadata: { resourceVersion: String(store.version), creationTimestamp: null },
})
