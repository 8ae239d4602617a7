import * as z from 'zod/mini'
import { definePart, readingOf } from '../part.ts'
import { type ProbeResult, probeAnswerSchema, probeLimits, probeTargetSchema } from '../protocol/probes.ts'
import { unavailable } from '../reading.ts'

/** What the network answered to each question, in the order in which they were asked. */
const probesSchema = z
  .array(z.object({ target: probeTargetSchema, answer: readingOf(probeAnswerSchema) }))
  .check(z.maxLength(probeLimits.targets))

/** The only part that sends packets to others; it does so only where somebody asked for it, and is in no recording. */
export const probes = definePart<readonly ProbeResult[]>({
  schema: probesSchema,
  collect: async (host, { probes: targets }) =>
    targets === undefined || host.probe === undefined
      ? unavailable('not-recorded', 'nothing was probed: that takes --probe')
      : host.probe(targets),
})
