import * as z from 'zod/mini'
import { ok, type Reading, unavailable } from '../../shared/reading.ts'
import { ApiError, readingOfError } from './errors.ts'
import { apiLimits } from './limits.ts'
import { listAll } from './paging.ts'
import { pathOf } from './paths.ts'
import { type Kube, type LogOptions, resources } from './port.ts'
import { withRetries } from './retry.ts'
import { type Endpoint, type Patience, send, sendJson } from './transport.ts'

/** The reading port on a live API server. */
export function liveKube(endpoint: Endpoint, patience: Patience): Kube {
  return {
    version: () => attempt(() => version(endpoint, patience)),
    list: resource => attempt(async () => (await listAll(endpoint, { resource, selection: {} }, patience)).items),
    get: async (resource, target) =>
      absentIsMissing(await attempt(() => getJson(endpoint, pathOf(resource, target), patience))),
    configz: node =>
      attempt(() => getJson(endpoint, `/api/v1/nodes/${encodeURIComponent(node)}/proxy/configz`, patience)),
    readyz: () => attempt(() => readyz(endpoint, patience)),
    logs: options => logs(endpoint, options, patience),
  }
}

const getJson = (endpoint: Endpoint, path: string, patience: Patience): Promise<unknown> =>
  withRetries(() => sendJson(endpoint, { method: 'GET', path }, patience), { repeatable: true })

/** A server that is not ready reports why in its error response. */
async function readyz(endpoint: Endpoint, patience: Patience): Promise<string> {
  try {
    return await send(endpoint, { method: 'GET', path: '/readyz?verbose', maxBytes: apiLimits.errorBytes }, patience)
  } catch (error) {
    if (error instanceof ApiError && error.status === 500 && error.body !== '') return error.body
    throw error
  }
}

const absentIsMissing = <T>(reading: Reading<T>): Reading<T> =>
  reading.status === 'unavailable' && reading.reason === 'unsupported'
    ? unavailable('missing', reading.detail)
    : reading

const versionSchema = z.object({ gitVersion: z.string() })

async function version(endpoint: Endpoint, patience: Patience): Promise<string> {
  const body = await withRetries(() => sendJson(endpoint, { method: 'GET', path: '/version' }, patience), {
    repeatable: true,
  })
  const parsed = z.safeParse(versionSchema, body)
  if (parsed.success) return parsed.data.gitVersion
  throw new ApiError('API_STATUS', `${endpoint.server.origin}/version names no version`, { status: 200 })
}

async function logs(endpoint: Endpoint, options: LogOptions, patience: Patience): Promise<Reading<string>> {
  const { namespace, pod, container, previous, tailLines, sinceSeconds } = options
  const limitBytes = options.limitBytes ?? apiLimits.logBytes
  const path = pathOf(
    resources.pods,
    { namespace, name: pod, subresource: 'log' },
    {
      container,
      previous,
      tailLines,
      sinceSeconds,
      limitBytes,
    },
  )
  const request = { method: 'GET', path, maxBytes: 2 * limitBytes } as const
  const log = await attempt(() => withRetries(() => send(endpoint, request, patience), { repeatable: true }))
  // The API answers 400 for a container that has not started, and for a previous run that never existed.
  return log.status === 'unavailable' &&
    (log.reason === 'unsupported' || /waiting to start|previous terminated/.test(log.detail))
    ? unavailable('missing', log.detail)
    : log
}

async function attempt<T>(read: () => Promise<T>): Promise<Reading<T>> {
  try {
    return ok(await read())
  } catch (error) {
    return readingOfError(error)
  }
}
