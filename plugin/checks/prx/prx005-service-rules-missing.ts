import { clusterCheck, type Draft } from '../../engine/check.ts'
import { onNode, onWorkstation, quote } from '../../model/command.ts'
import {
  isMissingRules,
  restartCommand,
  rulesCommand,
  servicesOf,
  shownFrontend,
} from '../../model/service-rules/description.ts'
import { lostEntries } from '../../model/service-rules/entry-rules.ts'
import { judgeRules, ruleInputs } from '../../model/service-rules/judgement.ts'
import type { SurveyedNode, SurveyInput } from '../../model/service-rules/survey.ts'

export default clusterCheck({
  code: 'PRX005',
  severity: 'error',
  title: 'Service rules missing on a node',
  explains: ['NET003', 'DNS017', 'API003', 'CNI007'],
  ...ruleInputs,
  run: input => judgeRules(input, node => draft(node) ?? entryDraft(node, input)),
})

const shown = 3

/** All rules are there, and packets do not come to them. */
function entryDraft({ node, mode }: SurveyedNode, { nodes }: SurveyInput): Draft | null {
  const iptables = nodes.get(node)?.iptables
  const lost = mode === 'iptables' && iptables ? lostEntries(iptables) : []
  const [first] = lost
  if (!first) return null
  return {
    subject: { kind: 'Node', name: node },
    key: 'entry',
    message: `chain ${first.hook} of table nat on ${node} does not call ${first.chain}: ${harms[first.hook] ?? 'services do not work'}`,
    evidence: lost.map(({ hook, chain }) => ({
      at: `${node}: iptables -t nat -S ${hook}`,
      observed: `no rule leads to ${chain}`,
      expected: `-A ${hook} -j ${chain}`,
    })),
    danger: 'the rules of services are there, but packets pass them by and find nobody at the address of a service',
    remedies: [first.chain === 'KUBE-NODEPORTS' ? openNodePorts(node) : putBack(node, first.hook)],
  }
}

const putBack = (node: string, hook: string): Draft['remedies'][number] => ({
  title: 'start kube-proxy anew: it puts its entries back when it starts; then find what flushed or deleted them',
  commands: [restartCommand(node), onNode(`iptables -t nat -S ${hook}`)],
  risk: 'low',
})

/** kube-proxy calls the chain for those of the node's addresses that its configuration lets. */
const openNodePorts = (node: string): Draft['remedies'][number] => ({
  title: 'let nodePortAddresses of kube-proxy hold an address of the node, or be empty for all, and start it anew',
  commands: [
    onWorkstation('kubectl -n kube-system get configmap kube-proxy -o yaml | grep -A3 nodePortAddresses'),
    onWorkstation('kubectl -n kube-system edit configmap kube-proxy'),
    restartCommand(node),
  ],
  risk: 'low',
  rollback: 'write the former nodePortAddresses again',
})

const harms: Readonly<Record<string, string>> = {
  PREROUTING: 'pods there reach no service, and node ports do not answer',
  OUTPUT: 'programs of the host reach no service',
  'KUBE-SERVICES': 'node ports answer at no address of it',
  POSTROUTING: 'connections that need masquerading get no answer',
}

function draft({ node, mode, deviations, compared }: SurveyedNode): Draft | null {
  const missing = deviations.filter(isMissingRules)
  const services = servicesOf(missing)
  const [first] = services
  if (first === undefined) return null
  const what = services.length === 1 ? first : `${services.length} services, as ${first}`
  return {
    subject: { kind: 'Node', name: node },
    message: `${node} has no rules for ${what}`,
    evidence: [
      { at: `${node}: rules (${mode})`, observed: `${missing.length} of ${compared} addresses lead nowhere` },
      ...missing.slice(0, shown).map(({ frontend }) => ({
        at: `${node}: ${shownFrontend(frontend, mode)}`,
        observed: 'no rule',
        expected: `leads to ${[...frontend.allowed].slice(0, shown).join(', ')}`,
      })),
    ],
    danger: 'what runs on this node cannot reach these services at their addresses',
    remedies: [
      {
        title: 'see what kube-proxy says, and start it anew: it writes all rules when it starts',
        commands: [
          onWorkstation(`kubectl -n kube-system logs -l k8s-app=kube-proxy --tail 50 --prefix | grep ${quote(node)}`),
          restartCommand(node),
          onNode(rulesCommand(mode, missing[0]?.frontend.service ?? '')),
        ],
        risk: 'low',
      },
    ],
  }
}
