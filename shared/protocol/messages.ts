import * as z from 'zod/mini'
import { limits } from '../limits.ts'
import { ProtocolViolation } from './frame.ts'
import { probeTargetsSchema } from './probes.ts'

/** Incremented whenever a frame or message changes; agent and plugin must agree on it. */
export const protocolVersion = 1

/** The WebSocket subprotocol; the agent refuses any other with status 426 and names its own. */
export const subprotocol = `netcheck.v${protocolVersion}`

/** The line that the agent prints once it listens; the plugin reads it from the pod's log. */
export const readySchema = z.object({
  netcheck: z.literal('ready'),
  protocol: z.number(),
  port: z.int().check(z.gte(1), z.lte(65535)),
})

export const helloSchema = z.object({
  agent: z.string(),
  protocol: z.number(),
  /** Name of the node from the downward API. */
  node: z.string(),
  bootId: z.nullable(z.string()),
  /** Milliseconds since the epoch by the node's clock. */
  now: z.number(),
})

const minutesOfWeek = 7 * 24 * 60

/** Requests that everything read is also sent as files. */
export const recordOrderSchema = z.object({
  /** Maximum size of one log; its end is kept. */
  logBytes: z.int().check(z.gte(1), z.lte(limits.recordedFileBytes)),
  /** Time range of the logs. */
  sinceMinutes: z.int().check(z.gte(1), z.lte(minutesOfWeek)),
  /** Client's clock in ms since the epoch, for comparison with the node's. */
  now: z.optional(z.number()),
})

export const collectSchema = z.object({
  /** Names of parts; unknown ones are answered as unavailable. */
  parts: z.array(z.string()).check(z.maxLength(256)),
  /** Deadline of each part, in ms. */
  partMs: z.int().check(z.gte(1), z.lte(600_000)),
  /** Probe targets; only with `--probe`. */
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
/** Parts still being read; sent regularly, so that silence means trouble. */
export const progressSchema = z.object({ waiting: z.array(z.string()) })

export type Ready = z.infer<typeof readySchema>
export type Hello = z.infer<typeof helloSchema>
export type RecordOrder = z.infer<typeof recordOrderSchema>
export type Collect = z.infer<typeof collectSchema>
export type End = z.infer<typeof endSchema>

/** Parses the JSON payload of a control frame. Throws ProtocolViolation. */
export function parseMessage<T>(schema: z.ZodMiniType<T>, payload: Uint8Array): T {
  const result = z.safeParse(schema, parseJson(payload))
  if (!result.success)
    throw new ProtocolViolation('FRAME_JSON', `a message has the wrong shape: ${z.prettifyError(result.error)}`)
  return result.data
}

/** Encodes the payload of a control frame. */
export const encodeMessage = (message: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(message))

function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(payload))
  } catch {
    throw new ProtocolViolation('FRAME_JSON', 'a message is not JSON')
  }
}
