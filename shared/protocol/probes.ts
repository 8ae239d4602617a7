import * as z from 'zod/mini'
import { parseAddress } from '../ip.ts'
import type { Reading } from '../reading.ts'

/** Limits of one agent's probes: targets, concurrency, ms per attempt and in total. */
export const probeLimits = { targets: 64, atOnce: 8, attemptMs: 2_000, totalMs: 6_000 } as const

/** Size of the DNS message of `dns-tcp-large`: several full-size packets at every MTU up to 1,900. */
export const largeQueryBytes = 4_000

const place = {
  /** Purpose of the probe, for checks and people. */
  purpose: z.enum(['node', 'pod', 'service', 'endpoint', 'cluster-name', 'outside-name', 'outside', 'dns-pod']),
  /** Description of the target, such as `node2` or `Pod shop/web-1 on node2`. */
  label: z.string().check(z.maxLength(600)),
  /** Node of the target; null when it has none. */
  node: z.nullable(z.string().check(z.maxLength(253))),
  /** Uid of the pod in whose network namespace the probe runs; null for the node's own. */
  pod: z.nullable(z.string().check(z.maxLength(64))),
  address: z.string().check(
    z.maxLength(45),
    z.refine(text => parseAddress(text) !== null, 'no address'),
  ),
  port: z.int().check(z.gte(1), z.lte(65535)),
}

/**
 * One probe. A connection is opened and closed at once; a DNS query asks for a name's A records, padded to
 * `largeQueryBytes` for `dns-tcp-large`.
 */
export const probeTargetSchema = z.discriminatedUnion('kind', [
  z.object({ ...place, kind: z.literal('tcp') }),
  z.object({
    ...place,
    kind: z.enum(['dns-udp', 'dns-tcp', 'dns-tcp-large']),
    /** Without the trailing dot. */
    name: z.string().check(z.maxLength(253), z.regex(/^[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*$/)),
  }),
])
export type ProbeTarget = z.infer<typeof probeTargetSchema>

/** All probes that an agent can be asked for. */
export const probeTargetsSchema = z.array(probeTargetSchema).check(z.maxLength(probeLimits.targets))

export const probeAnswerSchema = z.object({
  /** `connected` includes DNS answers. `untried`: the total time was over before. */
  outcome: z.enum(['connected', 'refused', 'timed-out', 'unreachable', 'failed', 'untried']),
  /** Time from the first packet to the outcome. */
  ms: z.number(),
  /** Number of attempts: UDP and large queries are repeated without an answer. */
  tries: z.int(),
  /** Result of a DNS query; null otherwise. */
  dns: z.nullable(z.object({ rcode: z.int(), answers: z.int() })),
  /** The system's error text for unusual outcomes; otherwise empty. */
  detail: z.string().check(z.maxLength(600)),
})
export type ProbeAnswer = z.infer<typeof probeAnswerSchema>

/** A probe and its result, or why it was not sent. */
export interface ProbeResult {
  readonly target: ProbeTarget
  readonly answer: Reading<ProbeAnswer>
}
