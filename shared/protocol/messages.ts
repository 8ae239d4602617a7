import * as z from 'zod/mini'
import { limits } from '../limits.ts'
import { ProtocolViolation } from './frame.ts'
import { probeTargetsSchema } from './probes.ts'

/** Raised whenever a frame or a message changes its meaning; agent and plugin must agree on it. */
export const protocolVersion = 1

/** The ws subprotocol; the agent refuses another one with status 426 and names its own. */
export const subprotocol = `netcheck.v${protocolVersion}`

/** The line that the agent prints when it listens; the plugin reads it from the pod's log. */
export const readySchema = z.object({
  netcheck: z.literal('ready'),
  protocol: z.number(),
  port: z.int().check(z.gte(1), z.lte(65535)),
})

export const helloSchema = z.object({
  agent: z.string(),
  protocol: z.number(),
  /** Name of the node as the downward API gave it to the agent. */
  node: z.string(),
  bootId: z.nullable(z.string()),
  /** Milliseconds since the epoch by the node's clock. */
  now: z.number(),
})

const minutesOfWeek = 7 * 24 * 60

/** How a collection is recorded: what was read is sent as files too. */
export const recordOrderSchema = z.object({
  /** Most bytes of one log; its end is kept. */
  logBytes: z.int().check(z.gte(1), z.lte(limits.recordedFileBytes)),
  /** How far back logs are wanted. */
  sinceMinutes: z.int().check(z.gte(1), z.lte(minutesOfWeek)),
  /** Milliseconds since the epoch by the client's clock, so that the node's can be compared with it. */
  now: z.optional(z.number()),
})

export const collectSchema = z.object({
  /** Names of parts; unknown ones are answered as unavailable. */
  parts: z.array(z.string()).check(z.maxLength(256)),
  /** Deadline of each part, in ms. */
  partMs: z.int().check(z.gte(1), z.lte(600_000)),
  /** Only when somebody asked for it: what the agent is to ask of the network. */
  probes: z.optional(probeTargetsSchema),
  /** Only for a bundle. */
  record: z.optional(recordOrderSchema),
})

/** Sums of everything the agent sent as chunks and files: frames, payload bytes, sha256 (hex) over the payloads in order. */
export const endSchema = z.object({
  frames: z.int(),
  bytes: z.int(),
  sha256: z.string(),
})
export const ackSchema = z.object({ sha256: z.string() })
export const failureSchema = z.object({
  code: z.string(),
  message: z.string(),
})
/** Parts that are still being read, sent now and then so that silence means trouble. */
export const progressSchema = z.object({ waiting: z.array(z.string()) })

export type Ready = z.infer<typeof readySchema>
export type Hello = z.infer<typeof helloSchema>
export type RecordOrder = z.infer<typeof recordOrderSchema>
export type Collect = z.infer<typeof collectSchema>
export type End = z.infer<typeof endSchema>

/** JSON of a control frame's payload. Throws ProtocolViolation. */
export function parseMessage<T>(schema: z.ZodMiniType<T>, payload: Uint8Array): T {
  const result = z.safeParse(schema, parseJson(payload))
  if (!result.success)
    throw new ProtocolViolation('FRAME_JSON', `a message has the wrong shape: ${z.prettifyError(result.error)}`)
  return result.data
}

export const encodeMessage = (message: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(message))

function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(payload))
  } catch {
    throw new ProtocolViolation('FRAME_JSON', 'a message is not JSON')
  }
}
