import * as z from 'zod/mini'
import {
  type ProbeAnswer,
  type ProbeTarget,
  probeAnswerSchema,
  probeTargetsSchema,
} from '../../shared/protocol/probes.ts'

/** Environment variable that passes the probe targets to the child process in a pod's network namespace. */
export const targetsVariable = 'NETCHECK_PROBE_TARGETS'

/** Parses the targets. Throws when the text was not written by the agent. */
export const parseTargets = (text: string | undefined): readonly ProbeTarget[] =>
  z.parse(probeTargetsSchema, JSON.parse(text ?? ''))

/** Parses the child's output; null unless it holds one answer per target. */
export function parseAnswers(text: string, count: number): readonly ProbeAnswer[] | null {
  try {
    const answers = z.safeParse(z.array(probeAnswerSchema), JSON.parse(text))
    return answers.success && answers.data.length === count ? answers.data : null
  } catch {
    return null
  }
}
