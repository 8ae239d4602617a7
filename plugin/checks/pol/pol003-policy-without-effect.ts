import type { Evidence } from '../../../shared/finding.ts'
import { isOk, valueOr } from '../../../shared/reading.ts'
import type { Deployment } from '../../cluster/deployments.ts'
import type { NetworkPolicy } from '../../cluster/network-policies.ts'
import type { Pod } from '../../cluster/pods.ts'
import type { Service } from '../../cluster/services.ts'
import { clusterCheck, type Draft, found, notApplicable } from '../../engine/check.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { isEmptySelector, matchesLabels, selectorText } from '../../model/label-match.ts'
import { nearestPods } from '../../model/nearest-labels.ts'
import { podKey } from '../../model/pods.ts'
import { livePodsIn, podsBehind } from '../../model/service-backends.ts'
import { declaredPorts, namedPortOf, targetPortOf } from '../../model/target-ports.ts'

export default clusterCheck({
  code: 'POL003',
  severity: 'warning',
  title: 'Policy without effect',
  explains: [],
  cluster: ['networkPolicies', 'pods'],
  wantsCluster: ['deployments', 'services'],
  decisive: ['services'],
  run: ({ cluster: { networkPolicies, pods }, maybeCluster: { deployments, services } }) => {
    if (networkPolicies.length === 0) return notApplicable('there are no NetworkPolicies')
    const workloads = isOk(deployments) ? deployments.value : []
    return found(
      ...networkPolicies.flatMap(policy => {
        const selected = livePodsIn(policy.namespace, pods).filter(pod => matchesLabels(policy.podSelector, pod.labels))
        if (selected.length > 0)
          return [...missingPorts(policy, selected), ...servicePorts(policy, selected, valueOr(services, []))]
        return isEmptySelector(policy.podSelector) ? [] : selectsNothing(policy, { pods, workloads })
      }),
    )
  },
})

interface Around {
  readonly pods: readonly Pod[]
  readonly workloads: readonly Deployment[]
}

/** Workloads scaled to 0, and empty namespaces, will be selected once they have pods. */
function selectsNothing(policy: NetworkPolicy, { pods, workloads }: Around): readonly Draft[] {
  const { namespace, podSelector } = policy
  const around = livePodsIn(namespace, pods)
  const isExpected = workloads.some(
    workload => workload.namespace === namespace && matchesLabels(podSelector, workload.podLabels),
  )
  if (around.length === 0 || isExpected) return []
  const near = nearestPods(podSelector.matchLabels, around)
  const text = selectorText(podSelector)
  return [
    draft(policy, 'selector', {
      message: `NetworkPolicy ${podKey(policy)} selects ${text}, which no pod of its namespace has`,
      danger:
        'the pods that it is meant for are not isolated, and what it should allow may be denied by another policy',
      evidence: [
        { at: `NetworkPolicy ${podKey(policy)}`, observed: `podSelector ${text}`, expected: 'labels of running pods' },
        ...(near?.pods.slice(0, 1).map(pod => ({
          at: `Pod ${podKey(pod)}`,
          observed: near.differences.join(', '),
        })) ?? []),
      ],
    }),
  ]
}

/** Port names in ingress rules refer to the selected pods; in egress rules to any pod. */
function missingPorts(policy: NetworkPolicy, selected: readonly Pod[]): readonly Draft[] {
  const named = policy.ingress.flatMap(({ ports }) =>
    ports.flatMap(({ port, protocol }) => (typeof port === 'string' ? [{ name: port, protocol }] : [])),
  )
  const missing = named.filter(port => selected.every(pod => namedPortOf(pod, port) === null))
  const [first] = missing
  if (!first) return []
  const declared = [...new Set(selected.flatMap(declaredPorts))]
  return [
    draft(policy, 'port', {
      message: `NetworkPolicy ${podKey(policy)} allows the port named ${first.name}, which none of the pods that it selects has`,
      danger: 'the rule allows nothing: connections that it is meant for are denied',
      evidence: [
        {
          at: `NetworkPolicy ${podKey(policy)}`,
          observed: `port ${first.name}/${first.protocol}`,
          expected: declared.length > 0 ? `one of ${declared.join(', ')}` : 'a port that the pods declare',
        },
      ],
    }),
  ]
}

/**
 * Numbers in rules for ingress are those of the pods. One that is a service's own port, behind which all selected pods
 * listen at another, was taken from the service. What pods do not declare they may still use: so both must be told.
 */
function servicePorts(policy: NetworkPolicy, selected: readonly Pod[], services: readonly Service[]): readonly Draft[] {
  const numbers = policy.ingress.flatMap(({ ports }) =>
    ports.flatMap(({ port, endPort }) => (typeof port === 'number' && endPort === null ? [port] : [])),
  )
  const behind = services.filter(service => selected.every(pod => podsBehind(service, [pod]).length > 0))
  const used = behind.flatMap(({ ports }) =>
    ports.map(port => ({ port: port.port, targets: selected.map(pod => targetPortOf(port, pod)) })),
  )
  const isServed = (number: number): boolean =>
    used.some(({ targets }) => targets.includes(number)) ||
    selected.some(({ specs }) => specs.some(({ ports }) => ports.some(port => port.containerPort === number)))
  const mistaken = used.find(({ port }) => numbers.includes(port) && !isServed(port))
  const [target] = mistaken?.targets ?? []
  if (!mistaken || target === undefined || target === null || numbers.includes(target)) return []
  return [
    draft(policy, 'service-port', {
      message: `NetworkPolicy ${podKey(policy)} allows port ${mistaken.port}, the port of the service; the pods behind it listen at ${target}`,
      danger: 'policies see packets after the address of the service was translated: the rule allows nothing',
      evidence: [
        {
          at: `NetworkPolicy ${podKey(policy)}`,
          observed: `port ${mistaken.port}`,
          expected: `port ${target}, the port behind the service`,
        },
      ],
    }),
  ]
}

interface Told {
  readonly message: string
  readonly danger: string
  readonly evidence: readonly Evidence[]
}

const draft = (policy: NetworkPolicy, key: string, told: Told): Draft => ({
  subject: { kind: 'Cluster', name: 'cluster' },
  key: `${podKey(policy)}-${key}`,
  ...told,
  remedies: [
    {
      title: 'compare the policy with the pods, and correct it',
      commands: [
        onWorkstation(`kubectl get pods -n ${quote(policy.namespace)} --show-labels`),
        onWorkstation(`kubectl edit networkpolicy -n ${quote(policy.namespace)} ${quote(policy.name)}`),
      ],
      risk: 'low',
      rollback: 'undo the edit in the same way',
    },
  ],
})
