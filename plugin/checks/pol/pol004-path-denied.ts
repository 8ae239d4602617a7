import type { Remedy } from '../../../shared/finding.ts'
import type { Pod } from '../../cluster/pods.ts'
import { clusterCheck, type Draft, found, notApplicable } from '../../engine/check.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { type IdleRule, idleRules } from '../../model/idle-rules.ts'
import { isStarting, podKey } from '../../model/pods.ts'
import { policyEngines } from '../../model/policy-engine.ts'
import { flowText } from '../../model/policy-flows.ts'

export default clusterCheck({
  code: 'POL004',
  severity: 'error',
  title: 'Policy denies a path',
  explains: ['NET002', 'NET003'],
  cluster: ['networkPolicies', 'pods', 'namespaces', 'services', 'nodes'],
  run: ({ cluster: { networkPolicies, pods, namespaces, services, nodes }, takenAt }) => {
    if (networkPolicies.length === 0) return notApplicable('there are no NetworkPolicies')
    const engines = policyEngines(pods, nodes)
    if (engines.length === 0) return notApplicable('nothing enforces NetworkPolicies')
    const isAfterTranslation = engines.every(({ name }) => name !== 'the AWS network policy agent')
    const scene = { policies: networkPolicies, namespaces }
    const idle = idleRules({ scene, pods, services, isAfterTranslation })
    const byPolicy = new Map(idle.map(each => [`${podKey(each.policy)} ${each.direction} ${each.kind}`, each]))
    return found(...[...byPolicy.values()].map(each => draft(each, takenAt)))
  },
})

/** Denying is the purpose of policies: an error only when none of the pods that cannot connect is ready either. */
function draft(idle: IdleRule, takenAt: number): Draft {
  const { policy, direction, kind, flow, deniedBy, sources } = idle
  const nodes = [...new Set(sources.flatMap(({ node }) => node ?? []))].sort()
  const [first] = sources
  const isHarmed = sources.length > 0 && sources.every(pod => isFailing(pod, takenAt))
  const deniers = deniedBy.map(podKey).sort()
  return {
    subject: { kind: 'Pod', namespace: first?.namespace ?? policy.namespace, name: first?.name ?? '', nodes },
    key: `${podKey(policy)}-${direction}-${kind}`,
    severity: isHarmed ? 'error' : 'warning',
    confidence: 'likely',
    message: messageOf(idle, deniers),
    evidence: [
      {
        at: `NetworkPolicy ${podKey(policy)}`,
        observed: `a rule for ${direction.toLowerCase()} is written for ${ruleText(idle)}`,
        expected: 'that at least one such connection gets through',
      },
      ...deniers.slice(0, 3).map(name => ({
        at: `NetworkPolicy ${name}`,
        observed: `no rule allows ${flowText(flow)}`,
      })),
    ],
    danger: 'connections that somebody wrote a rule for time out, and neither policy shows why by itself',
    remedies: [remedy(idle)],
    verify: `kubectl netcheck path ${argument(flow.from.pod)} ${argument(flow.to.pod)}:${flow.port} --protocol ${flow.protocol.toLowerCase()}`,
  }
}

/** Not ready although it has been running for a while: it may wait for what it cannot reach. */
const isFailing = (pod: Pod, takenAt: number): boolean =>
  !pod.ready &&
  !pod.deleting &&
  !isStarting(pod, takenAt) &&
  pod.containers.some(({ init, state, restarts }) => !init && (state === 'running' || restarts > 0))

const argument = (pod: Pod | null): string => (pod ? `pod/${podKey(pod)}` : '')

const portText = ({ port, protocol }: IdleRule['flow']): string => `${port}/${protocol}`

function ruleText({ kind, flow, service }: IdleRule): string {
  if (kind === 'other-side' || !service) return flowText(flow)
  const name = `Service ${podKey(service.service)}`
  return kind === 'service-port'
    ? `port ${service.port.port}/${service.port.protocol}, which is that of ${name}; its pods are asked at ${portText(flow)}`
    : `the address of ${name}, which is that of its pods when policies see it`
}

function messageOf({ policy, kind, flow, service, direction }: IdleRule, deniers: readonly string[]): string {
  const name = `NetworkPolicy ${podKey(policy)}`
  if (kind === 'service-port' && service)
    return `${name} allows port ${service.port.port}/${service.port.protocol} of Service ${podKey(service.service)}, and the port behind it, ${portText(flow)}, is denied`
  if (kind === 'service-address' && service)
    return `${name} allows the address of Service ${podKey(service.service)}, and the pods behind it are denied`
  const way = direction === 'Egress' ? 'to connect to' : 'to be connected to by'
  const [own, other] = direction === 'Egress' ? [flow.from, flow.to] : [flow.to, flow.from]
  return `${name} allows ${argument(own.pod)} ${way} ${argument(other.pod)}, and ${deniers.join(' and ')} ${deniers.length > 1 ? 'deny' : 'denies'} all of it`
}

function remedy({ policy, kind, deniedBy, flow }: IdleRule): Remedy {
  const wrong = kind === 'other-side' ? (deniedBy[0] ?? policy) : policy
  const [namespace, name] = [quote(wrong.namespace), quote(wrong.name)]
  const title = {
    'other-side': 'allow the connection at the other end too, if it is wanted; else take the rule away',
    'service-port': `allow ${portText(flow)}, the port of the pods, instead of that of the service`,
    'service-address': 'allow the pods by their labels, with the port that they listen on',
  }[kind]
  return {
    title,
    commands: [
      onWorkstation(`kubectl get networkpolicy ${name} -n ${namespace} -o yaml > policy-before.yaml`),
      onWorkstation(`kubectl edit networkpolicy ${name} -n ${namespace}`),
    ],
    risk: 'low',
    rollback: 'kubectl replace -f policy-before.yaml',
  }
}
