import * as z from 'zod/mini'
import { parseAddress } from '../ip.ts'
import type { Reading } from '../reading.ts'

/** Bounds of what one agent may send: targets, how many at once, ms of one attempt and of all together. */
export const probeLimits = { targets: 64, atOnce: 8, attemptMs: 2_000, totalMs: 6_000 } as const

/** Bytes of the DNS message of `dns-tcp-large`: some packets of full size at every MTU up to 1,900. */
export const largeQueryBytes = 4_000

const place = {
  /** What the target tells about; only people and checks read it. */
  purpose: z.enum(['node', 'pod', 'service', 'endpoint', 'cluster-name', 'outside-name', 'outside', 'dns-pod']),
  /** What stands at the address, as `node2` or `Pod shop/web-1 on node2`. */
  label: z.string().check(z.maxLength(600)),
  /** The node at the other end; null where it is none, or any. */
  node: z.nullable(z.string().check(z.maxLength(253))),
  /** Uid of the pod out of whose network namespace is asked; null for the node's own. */
  pod: z.nullable(z.string().check(z.maxLength(64))),
  address: z.string().check(
    z.maxLength(45),
    z.refine(text => parseAddress(text) !== null, 'no address'),
  ),
  port: z.int().check(z.gte(1), z.lte(65535)),
}

/**
 * One question to the network. A connection is made and closed at once; of DNS one name is asked for its A records, for
 * `dns-tcp-large` in a message that zeros make `largeQueryBytes` long.
 */
export const probeTargetSchema = z.discriminatedUnion('kind', [
  z.object({ ...place, kind: z.literal('tcp') }),
  z.object({
    ...place,
    kind: z.enum(['dns-udp', 'dns-tcp', 'dns-tcp-large']),
    /** Without the last dot. */
    name: z.string().check(z.maxLength(253), z.regex(/^[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*$/)),
  }),
])
export type ProbeTarget = z.infer<typeof probeTargetSchema>

/** What an agent may be asked to probe: nothing else can be put into a message. */
export const probeTargetsSchema = z.array(probeTargetSchema).check(z.maxLength(probeLimits.targets))

export const probeAnswerSchema = z.object({
  /** `connected` stands for an answer to a DNS query too. `untried`: the time of all probes was over before. */
  outcome: z.enum(['connected', 'refused', 'timed-out', 'unreachable', 'failed', 'untried']),
  /** From the first packet to the outcome. */
  ms: z.number(),
  /** How often it was asked: a query over UDP and a large one are asked again when nobody answers. */
  tries: z.int(),
  /** Of an answer to a DNS query. */
  dns: z.nullable(z.object({ rcode: z.int(), answers: z.int() })),
  /** The words of the system where it is neither of the plain outcomes; else empty. */
  detail: z.string().check(z.maxLength(600)),
})
export type ProbeAnswer = z.infer<typeof probeAnswerSchema>

/** A question with what came of it, or why it was not asked. */
export interface ProbeResult {
  readonly target: ProbeTarget
  readonly answer: Reading<ProbeAnswer>
}
