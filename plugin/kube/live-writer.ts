import * as z from 'zod/mini'
import { ApiError } from './errors.ts'
import { forwardPort } from './forward.ts'
import { apiLimits } from './limits.ts'
import { linesOf } from './lines.ts'
import { networkError } from './network-errors.ts'
import { listAll } from './paging.ts'
import { pathOf } from './paths.ts'
import { type Access, type KubeWriter, resources } from './port.ts'
import { withRetries } from './retry.ts'
import { type ApiRequest, type Endpoint, openStream, sendJson } from './transport.ts'
import { watchObjects } from './watch.ts'

/** The writing port on a live API server. All failures are ApiError. `timeoutMs` applies to each request. */
export function liveWriter(endpoint: Endpoint, timeoutMs: number): KubeWriter {
  const change = (request: ApiRequest) =>
    withRetries(() => sendJson(endpoint, request, { timeoutMs }), { repeatable: request.method !== 'POST' })
  return {
    can: access => can(change, access),
    create: (resource, manifest, { namespace, dryRun }) =>
      change({
        method: 'POST',
        path: pathOf(resource, { namespace }, dryRun ? { dryRun: 'All' } : {}),
        body: manifest,
      }),
    patch: async (resource, target, patch) => {
      await change({
        method: 'PATCH',
        path: pathOf(resource, target),
        body: patch,
        contentType: 'application/merge-patch+json',
      })
    },
    remove: async (resource, target) => {
      await change({ method: 'DELETE', path: pathOf(resource, target), body: inBackground }).catch(ignoreAbsent)
    },
    select: async (resource, selection) => (await listAll(endpoint, { resource, selection }, { timeoutMs })).items,
    watch: (resource, target) => watchObjects(endpoint, { resource, ...target, timeoutMs }),
    follow: target => follow(endpoint, { ...target, timeoutMs }),
    forward: target => forwardPort(endpoint, { ...target, timeoutMs }),
  }
}

const inBackground = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background' }

function ignoreAbsent(error: unknown): void {
  if (!(error instanceof ApiError && error.status === 404)) throw error
}

const reviewSchema = z.object({
  status: z.object({ allowed: z.boolean(), reason: z.optional(z.string()), evaluationError: z.optional(z.string()) }),
})

async function can(change: (request: ApiRequest) => Promise<unknown>, access: Access) {
  const { verb, resource, subresource, namespace } = access
  const attributes = {
    verb,
    group: resource.group,
    version: resource.version,
    resource: resource.plural,
    subresource,
    namespace,
  }
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: attributes },
  }
  const answer = await change({ method: 'POST', path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', body })
  const review = z.safeParse(reviewSchema, answer)
  if (!review.success) throw new ApiError('API_STATUS', 'the access review has no answer', { status: 200 })
  const { allowed, reason, evaluationError } = review.data.status
  return { allowed, reason: reason || evaluationError || '' }
}

interface Followed {
  readonly namespace: string
  readonly pod: string
  readonly container: string
  readonly signal: AbortSignal
  readonly timeoutMs: number
}

async function* follow(
  endpoint: Endpoint,
  { namespace, pod, container, signal, timeoutMs }: Followed,
): AsyncGenerator<string> {
  const path = pathOf(resources.pods, { namespace, name: pod, subresource: 'log' }, { container, follow: true })
  try {
    const reply = await openStream(endpoint, { method: 'GET', path }, { timeoutMs, signal })
    yield* linesOf(reply, apiLimits.lineBytes)
  } catch (error) {
    if (!signal.aborted) throw networkError(error, endpoint.server.origin)
  }
}
