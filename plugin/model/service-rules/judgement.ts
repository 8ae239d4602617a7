import { type Draft, foundAmong, notApplicable, type Outcome } from '../../engine/check.ts'
import { type SurveyedNode, type SurveyInput, surveyRules } from './survey.ts'

/** What a check declares that judges the service rules of every node. */
export const ruleInputs = {
  cluster: ['services', 'endpointSlices', 'pods', 'daemonSets', 'nodes'],
  wants: ['iptables', 'nft', 'ipvs', 'kubeProxy', 'processes'],
  decisive: ['kubeProxy'],
} as const

/** The answer of such a check from what it says of each node. */
export function judgeRules(input: SurveyInput, draft: (node: SurveyedNode) => Draft | null): Outcome {
  const { nodes, undecided } = surveyRules(input)
  if (nodes.length + undecided.length === 0) return notApplicable('no node has rules of kube-proxy')
  return foundAmong(
    nodes.flatMap(node => draft(node) ?? []),
    undecided,
  )
}
