import * as z from 'zod/mini'
import type { HttpReply } from '../host.ts'
import { definePart, readingOf } from '../part.ts'
import { isOk, ok, type Reading } from '../reading.ts'

const attemptSchema = z.object({
  /**
   * `unreachable`: the network reported no route. `unresolved`: its name has no address. `failed`: something answered
   * that does not speak HTTPS.
   */
  outcome: z.enum(['answered', 'refused', 'timed-out', 'unreachable', 'unresolved', 'failed']),
  /** HTTP status of an answer; no credentials are sent, so 401 and 403 count too. */
  status: z.nullable(z.number()),
  /** The URL of an answer, otherwise an error message. */
  detail: z.string(),
})

/** Whether this node reaches the API server from its own network namespace; pods may differ. */
const apiserverReachSchema = z.object({
  /** Through the cluster IP of Service default/kubernetes, which kube-proxy implements. */
  service: readingOf(attemptSchema),
  /** Through the address that the kubelet uses. */
  endpoint: readingOf(attemptSchema),
})
export type ApiserverReach = z.infer<typeof apiserverReachSchema>
export type ApiserverAttempt = z.infer<typeof attemptSchema>

export const apiserverReach = definePart<ApiserverReach>({
  schema: apiserverReachSchema,
  collect: async host => {
    const replies = await Promise.all([host.http('apiserver-service'), host.http('apiserver-endpoint')])
    const [service, endpoint] = [attemptOf(replies[0]), attemptOf(replies[1])]
    return !isOk(service) && !isOk(endpoint) ? endpoint : ok({ service, endpoint })
  },
})

/** No answer is a value here; only an attempt that was not made stays unavailable. */
function attemptOf(reply: Reading<HttpReply>): Reading<ApiserverAttempt> {
  if (isOk(reply)) return ok({ outcome: 'answered', status: reply.value.status, detail: reply.value.url })
  const { reason, detail } = reply
  const failure = (outcome: ApiserverAttempt['outcome']) => ok({ outcome, status: null, detail })
  if (reason === 'missing') return failure('refused')
  if (reason === 'timeout') return failure('timed-out')
  if (reason !== 'failed') return reply
  if (/\bE(?:NOTFOUND|AI_AGAIN)\b/.test(detail)) return failure('unresolved')
  return failure(/\bE(?:HOST|NET)(?:UNREACH|DOWN)\b|no route to host/i.test(detail) ? 'unreachable' : 'failed')
}
