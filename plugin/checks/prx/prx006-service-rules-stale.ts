import type { Evidence } from '../../../shared/finding.ts'
import { clusterCheck, type Draft } from '../../engine/check.ts'
import { onNode } from '../../model/command.ts'
import type { Deviation } from '../../model/service-rules/comparison.ts'
import {
  isMissingRules,
  restartCommand,
  rulesCommand,
  servicesOf,
  shownFrontend,
} from '../../model/service-rules/description.ts'
import { judgeRules, ruleInputs } from '../../model/service-rules/judgement.ts'
import type { SurveyedNode } from '../../model/service-rules/survey.ts'

export default clusterCheck({
  code: 'PRX006',
  severity: 'error',
  title: 'Service rules stale on a node',
  explains: ['NET003', 'API003', 'DNS017', 'CNI007'],
  ...ruleInputs,
  run: input => judgeRules(input, draft),
})

const shown = 3

function draft(surveyed: SurveyedNode): Draft | null {
  const { node, mode, deviations, health } = surveyed
  const old = deviations.filter(deviation => !isMissingRules(deviation)).toSorted(byHarm)
  const services = servicesOf(old)
  const [first] = old
  if (first === undefined) return null
  const more = services.length > 1 ? ` and ${services.length - 1} more services` : ''
  return {
    subject: { kind: 'Node', name: node },
    message: `rules of ${node} are stale: ${first.frontend.service} ${faultOf(first)}${more}`,
    evidence: [
      {
        at: `${node}: rules (${mode})`,
        observed: `${old.length} of ${surveyed.compared} addresses of services differ`,
      },
      ...old.slice(0, shown).map(deviation => evidenceOf(deviation, surveyed)),
      ...(health !== 'down'
        ? []
        : [{ at: `${node}: http://127.0.0.1:10256/healthz`, observed: 'kube-proxy does not answer' }]),
    ],
    danger: 'connections from this node go to backends that are gone or miss those that are new',
    remedies: [
      {
        title: 'start kube-proxy anew: it reads everything again and writes all rules',
        commands: [
          onNode(`ps -o pid,stat,args -C kube-proxy; ${rulesCommand(mode, first.frontend.service)}`),
          restartCommand(node),
        ],
        risk: 'low',
      },
    ],
  }
}

/** Stale backends do more harm than missing new ones. */
const byHarm = (a: Deviation, b: Deviation): number =>
  Number(b.stale.length > 0) - Number(a.stale.length > 0) || (a.frontend.key < b.frontend.key ? -1 : 1)

function faultOf({ kind, stale, absent }: Deviation): string {
  if (kind === 'refused') return 'is refused though it has endpoints'
  if (stale.length > 0) return `leads to ${listed(stale)}, of which none is an endpoint of it`
  return `does not lead to ${listed(absent)}`
}

const evidenceOf = ({ frontend, kind, stale, absent }: Deviation, { node, mode }: SurveyedNode): Evidence => ({
  at: `${node}: ${shownFrontend(frontend, mode)}`,
  observed:
    kind === 'refused'
      ? 'refused: it had no endpoints'
      : [stale.length > 0 ? `leads to ${listed(stale)}` : '', absent.length > 0 ? `lacks ${listed(absent)}` : '']
          .filter(Boolean)
          .join(', '),
  expected: frontend.allowed.size > 0 ? listed([...frontend.allowed]) : 'no endpoint',
})

const listed = (backends: readonly string[]): string =>
  backends.length > shown
    ? `${backends.slice(0, shown).join(', ')} and ${backends.length - shown} more`
    : backends.join(', ')
