import type { Remedy } from '../../shared/finding.ts'
import type { PolicyRule } from '../../shared/formats/ip-rule.ts'
import type { Route } from '../../shared/formats/route.ts'
import { onNode } from './command.ts'
import type { Path } from './node-paths.ts'
import { describeRoute, ruleWords } from './route-text.ts'

/** The one thing that takes all these paths away, for a sentence: an added policy rule, or a route that refuses. */
export function culpritOf(paths: readonly Path[]): string | null {
  const rules = rulesOf(paths)
  const [rule] = rules
  if (rule && paths.every(path => path.rule)) return `policy rule ${rule.priority} (${ruleWords(rule)})`
  const [route] = refusalsOf(paths)
  return route && paths.every(({ state, rule: by }) => state === 'refused' && !by)
    ? `route “${describeRoute(route)}”`
    : null
}

/** Takes out what stands before the right routes; nothing else helps while it is there. */
export const culpritRemedies = (paths: readonly Path[]): readonly Remedy[] => [
  ...rulesOf(paths).map(
    (rule): Remedy => ({
      title: 'take the policy rule out where it is made: while it is there no route of the main table counts',
      commands: [onNode('ip rule'), onNode(`ip rule del pref ${rule.priority}`)],
      risk: 'low',
      rollback: `ip rule add ${ruleWords(rule)} pref ${rule.priority}`,
    }),
  ),
  ...refusalsOf(paths).map(
    (route): Remedy => ({
      title: 'take the route that refuses out where it is made',
      commands: [onNode(`ip route del ${describeRoute(route)}`)],
      risk: 'low',
      rollback: `ip route add ${describeRoute(route)}`,
    }),
  ),
]

const rulesOf = (paths: readonly Path[]): readonly PolicyRule[] => [
  ...new Map(paths.flatMap(({ rule }) => (rule ? [[ruleWords(rule), rule] as const] : []))).values(),
]

const refusalsOf = (paths: readonly Path[]): readonly Route[] => [
  ...new Set(paths.flatMap(({ state, route, rule }) => (state === 'refused' && route && !rule ? [route] : []))),
]
