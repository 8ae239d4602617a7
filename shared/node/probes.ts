import * as z from 'zod/mini'
import { definePart, readingOf } from '../part.ts'
import { type ProbeResult, probeAnswerSchema, probeLimits, probeTargetSchema } from '../protocol/probes.ts'
import { unavailable } from '../reading.ts'

/** Results of the probes, in order. */
const probesSchema = z
  .array(z.object({ target: probeTargetSchema, answer: readingOf(probeAnswerSchema) }))
  .check(z.maxLength(probeLimits.targets))

/** The only part that sends packets to other machines; only on request, and never in a recording. */
export const probes = definePart<readonly ProbeResult[]>({
  schema: probesSchema,
  collect: async (host, { probes: targets }) =>
    targets === undefined || host.probe === undefined
      ? unavailable('not-recorded', 'nothing was probed: that takes --probe')
      : host.probe(targets),
})
