import { formatAddress } from '../../../shared/ip.ts'
import { isOk, valueOr } from '../../../shared/reading.ts'
import type { Service, ServicePort } from '../../cluster/services.ts'
import { podKey } from '../pods.ts'
import type { Deviation } from '../service-rules/comparison.ts'
import { addressKey, backendKey } from '../service-rules/frontend.ts'
import { proxyOf, type SurveyInput, surveyRules } from '../service-rules/survey.ts'
import { type Hop, hop } from './hop.ts'
import { type Call, nodeOf, readNodes } from './scene.ts'

/** Whether the service rules on the source's node lead to the right endpoints. */
export function rulesHop(call: Call, { service, port }: { service: Service; port: ServicePort }): Hop {
  const { scene, source, front } = call
  const node = source.node ?? ''
  const told = { step: 'rules', place: node } as const
  const unknown = (why: string) => hop('not-looked-at', { ...told, text: why })
  const parts = nodeOf(scene, source.node)
  if (!isOk(parts)) return unknown(`service rules: ${parts.detail}`)
  const input = surveyInput(call)
  if (typeof input === 'string') return unknown(`service rules cannot be judged: ${input}`)
  const proxy = proxyOf(input, node)
  if (proxy.kind === 'replaced')
    return unknown(`${proxy.by} makes services work here in its own way, which is not read`)
  const { nodes, undecided } = surveyRules({ ...input, nodes: new Map([[node, parts.value]]) })
  const [surveyed] = nodes
  if (!surveyed || !front) return unknown(`service rules: ${undecided[0]?.why ?? 'nobody is known to write them'}`)
  const key = addressKey(formatAddress(front.address), call.protocol, front.port)
  const deviation = surveyed.deviations.find(({ frontend }) => frontend.key === key)
  const address = backendKey(formatAddress(front.address), front.port)
  if (deviation) return deviates(deviation, { node, address, service, mode: surveyed.mode })
  return hop('ok', { ...told, text: `${surveyed.mode} leads ${address} to the endpoints of port ${port.port}` })
}

/** Inputs of the comparison, or what is missing. */
function surveyInput({ scene }: Call): SurveyInput | string {
  const { services, endpointSlices, pods, daemonSets, nodes } = scene.cluster
  if (!isOk(services)) return services.detail
  if (!isOk(endpointSlices)) return endpointSlices.detail
  if (!isOk(pods)) return pods.detail
  if (!isOk(nodes)) return nodes.detail
  return {
    cluster: {
      services: services.value,
      endpointSlices: endpointSlices.value,
      pods: pods.value,
      daemonSets: valueOr(daemonSets, []),
      nodes: nodes.value,
    },
    nodes: readNodes(scene),
    takenAt: scene.takenAt,
  }
}

interface Where {
  readonly node: string
  readonly address: string
  readonly service: Service
  readonly mode: string
}

/** Rules with a stale endpoint lose its share of the connections. */
function deviates({ kind, stale, absent, frontend }: Deviation, { node, address, service, mode }: Where): Hop {
  const told = { step: 'rules', place: node } as const
  const wanted = [...frontend.wanted].join(', ')
  const evidence = (observed: string) => [
    { at: `${node}: ${mode} rules of Service ${podKey(service)}`, observed, expected: `${address} leads to ${wanted}` },
  ]
  if (kind === 'missing') {
    const text = `no ${mode} rule takes ${address}: kube-proxy has not written it`
    return hop('blocked', { ...told, text, evidence: evidence('no rule'), code: 'PRX005' })
  }
  if (kind === 'refused') {
    const text = `${mode} rules still refuse ${address}, as if it had no endpoints`
    return hop('blocked', { ...told, text, evidence: evidence('a rule that refuses'), code: 'PRX006' })
  }
  const isAll = absent.length >= frontend.wanted.size && frontend.wanted.size > 0
  if (stale.length === 0)
    return hop('noted', {
      ...told,
      text: `${mode} rules lack ${absent.join(', ')}`,
      code: 'PRX006',
      evidence: evidence(`no rule for ${absent.join(', ')}`),
    })
  const share = isAll ? 'all' : 'a share of the'
  return hop(isAll ? 'blocked' : 'partly', {
    ...told,
    code: 'PRX006',
    evidence: evidence(`leads to ${stale.join(', ')}`),
    text: `${mode} rules send ${share} connections to ${stale.slice(0, 3).join(', ')}, where no endpoint is`,
  })
}
