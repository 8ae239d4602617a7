import * as z from 'zod/mini'
import { badRequest, forbidden } from './api-error.ts'
import type { Faults } from './faults.ts'
import type { ApiRequest } from './request.ts'
import { qualifiedName } from './resources.ts'

/**
 * Authorizes a request. Throws ApiFailure 403 when a fault denies a required right. Since 1.35 a port-forward needs
 * `create` too.
 */
export function authorize(faults: Faults, request: ApiRequest): void {
  const { type, subresource, verb } = request
  const verbs = subresource === 'portforward' ? ['get', 'create'] : [verb]
  for (const each of verbs) {
    if (faults.isDenied(rightOf(each, type, subresource))) throw forbidden({ ...request, verb: each })
  }
}

const rightOf = (verb: string, type: { group: string; plural: string }, subresource: string) =>
  `${verb} ${qualifiedName(type)}${subresource === '' ? '' : `/${subresource}`}`

const reviewSchema = z.looseObject({
  spec: z.looseObject({
    resourceAttributes: z.optional(
      z.looseObject({
        verb: z.optional(z.string()),
        group: z.optional(z.string()),
        resource: z.optional(z.string()),
        subresource: z.optional(z.string()),
      }),
    ),
  }),
})

/** Answers a SelfSubjectAccessReview. Throws ApiFailure 400. */
export function reviewAccess(faults: Faults, body: unknown) {
  const review = reviewSchema.safeParse(body)
  if (!review.success) throw badRequest('the object provided is unrecognized (must be of type SelfSubjectAccessReview)')
  const { verb = '', group = '', resource = '', subresource = '' } = review.data.spec.resourceAttributes ?? {}
  const allowed = !faults.isDenied(rightOf(verb, { group, plural: resource }, subresource))
  return {
    kind: 'SelfSubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {},
    spec: review.data.spec,
    status: { allowed },
  }
}
