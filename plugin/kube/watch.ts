import { setTimeout as pause } from 'node:timers/promises'
import * as z from 'zod/mini'
import { startDeadline } from './deadline.ts'
import { ApiError, isExpired, isTransient, refusalError } from './errors.ts'
import { apiLimits } from './limits.ts'
import { linesOf } from './lines.ts'
import { networkError } from './network-errors.ts'
import { listAll } from './paging.ts'
import { pathOf } from './paths.ts'
import type { Resource, WatchEvent } from './port.ts'
import { type Endpoint, openStream } from './transport.ts'

interface Watched {
  readonly resource: Resource
  readonly namespace: string
  readonly labelSelector: string
  readonly signal: AbortSignal
  readonly timeoutMs: number
}

/** The known objects, so that a list after a gap shows what was added, changed and deleted meanwhile. */
interface State {
  readonly objects: Map<string, unknown>
  /** Null when the next step is a list. */
  version: string | null
}

/**
 * Lists, then watches, and resumes after cut connections and expired versions until the signal aborts. Throws ApiError
 * when the API refuses, or is unreachable for several attempts.
 */
export async function* watchObjects(endpoint: Endpoint, watched: Watched): AsyncGenerator<WatchEvent> {
  const state: State = { objects: new Map(), version: null }
  for (let failures = 0; !watched.signal.aborted; ) {
    try {
      for await (const event of state.version === null
        ? list(endpoint, watched, state)
        : stream(endpoint, watched, state)) {
        failures = 0
        yield event
      }
    } catch (error) {
      if (watched.signal.aborted) return
      if (isExpired(error)) state.version = null
      else if (!isTransient(error) || failures >= apiLimits.retries) throw error
      failures += 1
      await pause(200 * failures)
    }
  }
}

async function* list(endpoint: Endpoint, watched: Watched, state: State): AsyncGenerator<WatchEvent> {
  const { items, resourceVersion } = await listAll(
    endpoint,
    { resource: watched.resource, selection: watched },
    watched,
  )
  const gone = new Map(state.objects)
  state.version = resourceVersion
  for (const object of items) {
    const { uid } = identify(object)
    gone.delete(uid)
    yield note(state, { type: state.objects.has(uid) ? 'MODIFIED' : 'ADDED', object })
  }
  for (const object of gone.values()) yield note(state, { type: 'DELETED', object })
}

async function* stream(endpoint: Endpoint, watched: Watched, state: State): AsyncGenerator<WatchEvent> {
  const { resource, namespace, labelSelector, signal, timeoutMs } = watched
  const path = pathOf(
    resource,
    { namespace },
    {
      watch: true,
      allowWatchBookmarks: true,
      resourceVersion: state.version ?? '',
      labelSelector,
      timeoutSeconds: apiLimits.watchMs / 1_000,
    },
  )
  // The server ends the watch; a dead connection is given up a little later.
  const silence = startDeadline(apiLimits.watchMs + timeoutMs, signal)
  try {
    const reply = await openStream(endpoint, { method: 'GET', path }, { timeoutMs, signal: silence.signal })
    for await (const line of linesOf(reply, apiLimits.lineBytes)) {
      const event = line === '' ? null : readEvent(line, state)
      if (event) yield note(state, event)
    }
  } catch (error) {
    throw networkError(error, endpoint.server.origin)
  } finally {
    silence.release()
  }
}

const eventSchema = z.object({
  type: z.enum(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']),
  object: z.unknown(),
})
const objectSchema = z.object({
  metadata: z.object({ uid: z.optional(z.string()), resourceVersion: z.optional(z.string()) }),
})
const errorSchema = z.object({ code: z.optional(z.number()) })

/** An event for the caller, or null for a bookmark. Throws ApiError for an error event. */
function readEvent(line: string, state: State): WatchEvent | null {
  const event = z.safeParse(eventSchema, parseJson(line))
  if (!event.success) throw new ApiError('API_STATUS', 'a watch sent a line that is not an event', { status: 200 })
  const { type, object } = event.data
  if (type === 'ERROR') throw watchError(object)
  state.version = identify(object).version ?? state.version
  return type === 'BOOKMARK' ? null : { type, object }
}

function watchError(object: unknown): ApiError {
  const status = z.safeParse(errorSchema, object)
  const body = JSON.stringify(object)
  return refusalError({
    status: (status.success && status.data.code) || 500,
    body,
    retryAfter: undefined,
    request: 'WATCH',
    server: 'the API server',
  })
}

function note(state: State, event: WatchEvent): WatchEvent {
  const { uid } = identify(event.object)
  if (event.type === 'DELETED') state.objects.delete(uid)
  else state.objects.set(uid, event.object)
  return event
}

function identify(object: unknown): { readonly uid: string; readonly version: string | undefined } {
  const parsed = z.safeParse(objectSchema, object)
  if (!parsed.success) return { uid: '', version: undefined }
  return { uid: parsed.data.metadata.uid ?? '', version: parsed.data.metadata.resourceVersion }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
