import * as z from 'zod/mini'
import {
  type ProbeAnswer,
  type ProbeTarget,
  probeAnswerSchema,
  probeTargetsSchema,
} from '../../shared/protocol/probes.ts'

/** How the agent tells its second run, in a pod's network, what to ask. */
export const targetsVariable = 'NETCHECK_PROBE_TARGETS'

/** Throws when it is not what the agent wrote. */
export const parseTargets = (text: string | undefined): readonly ProbeTarget[] =>
  z.parse(probeTargetsSchema, JSON.parse(text ?? ''))

/** Null when it is not what the second run prints: one answer per target. */
export function parseAnswers(text: string, count: number): readonly ProbeAnswer[] | null {
  try {
    const answers = z.safeParse(z.array(probeAnswerSchema), JSON.parse(text))
    return answers.success && answers.data.length === count ? answers.data : null
  } catch {
    return null
  }
}
