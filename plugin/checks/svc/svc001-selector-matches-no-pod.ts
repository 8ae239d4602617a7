import type { Evidence, Remedy, Severity } from '../../../shared/finding.ts'
import { isOk, type Reading } from '../../../shared/reading.ts'
import type { Pod } from '../../cluster/pods.ts'
import type { Service } from '../../cluster/services.ts'
import { clusterCheck, type Draft, foundAmong, type Undecided } from '../../engine/check.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { holdsLabels, labelsText } from '../../model/label-match.ts'
import { type Nearest, nearestPods } from '../../model/nearest-labels.ts'
import { podKey } from '../../model/pods.ts'
import { livePodsIn, podsBehind } from '../../model/service-backends.ts'
import { isClusterDns } from '../../model/system-services.ts'

interface Workload {
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly podLabels: Readonly<Record<string, string>>
  readonly desired: number
}

export default clusterCheck({
  code: 'SVC001',
  severity: 'error',
  title: 'Selector matches no pod',
  explains: [],
  cluster: ['services', 'pods'],
  wantsCluster: ['deployments', 'daemonSets', 'statefulSets'],
  run: ({ cluster: { services, pods }, maybeCluster: { deployments, daemonSets, statefulSets } }) => {
    const workloads = [
      ...named('Deployment', deployments),
      ...named('DaemonSet', daemonSets),
      ...named('StatefulSet', statefulSets),
    ]
    const cases = services
      // What is wrong with the cluster's own DNS is told by DNS005.
      .filter(service => isSelecting(service) && !isClusterDns(service) && podsBehind(service, pods).length === 0)
      .flatMap(service => {
        const finished = pods.some(pod => pod.namespace === service.namespace && selects(service, pod.labels))
        return finished ? [] : [judge(service, pods, workloads)]
      })
    const isAllKnown = isOk(deployments) && isOk(daemonSets) && !isRefused(statefulSets)
    const isDoubtful = ({ severity }: Case) => severity === 'warning' && !isAllKnown
    return foundAmong(
      cases.filter(given => !isDoubtful(given)).map(draft),
      cases.filter(isDoubtful).map(({ service }) => doubt(service)),
    )
  },
})

/** Recordings of earlier versions hold none. */
const isRefused = (reading: Reading<unknown>): boolean => !isOk(reading) && reading.reason !== 'not-recorded'

const doubt = (service: Service): Undecided => ({
  nodes: [],
  why: `service ${podKey(service)} selects no pod; whether its workload is scaled to 0 was not read`,
})

const named = (kind: string, reading: Reading<readonly Omit<Workload, 'kind'>[]>): readonly Workload[] =>
  isOk(reading) ? reading.value.map(workload => ({ ...workload, kind })) : []

const isSelecting = ({ selector, type, deleting }: Service): boolean =>
  selector !== null && type !== 'ExternalName' && !deleting

const selects = ({ selector }: Service, labels: Readonly<Record<string, string>>): boolean =>
  holdsLabels(selector ?? {}, labels)

interface Case {
  readonly service: Service
  readonly severity: Severity
  /** What would make the pods, or ought to. */
  readonly workload: Workload | null
  readonly nearest: Nearest | null
}

/** The label by which the present leader is marked: that nobody has it is a matter of whoever elects. */
const roles = /(?:^|[./-])(?:role|leader|primary|master|spilo-role)$/i

function judge(service: Service, pods: readonly Pod[], workloads: readonly Workload[]): Case {
  const selector = service.selector ?? {}
  const workload = workloads.find(
    ({ namespace, podLabels }) => namespace === service.namespace && selects(service, podLabels),
  )
  if (workload)
    return { service, workload, nearest: null, severity: workload.desired === 0 ? 'info' : ('error' as const) }
  const around = livePodsIn(service.namespace, pods)
  const fixed = Object.fromEntries(Object.entries(selector).filter(([key]) => !roles.test(key)))
  const lacksRole =
    Object.keys(fixed).length < Object.keys(selector).length && around.some(pod => holdsLabels(fixed, pod.labels))
  const nearest = nearestPods(selector, around)
  return { service, workload: null, nearest, severity: nearest && !lacksRole ? 'error' : 'warning' }
}

function draft({ service, severity, workload, nearest }: Case): Draft {
  const [namespace, name] = [quote(service.namespace), quote(service.name)]
  const selector = labelsText(service.selector ?? {})
  return {
    subject: { kind: 'Service', namespace: service.namespace, name: service.name },
    severity,
    message: `service ${podKey(service)} selects ${selector}, which no pod has${reasonOf(workload, nearest)}`,
    evidence: [
      { at: `Service ${podKey(service)}`, observed: `selector ${selector}`, expected: 'the labels of running pods' },
      ...evidenceOf(workload, nearest),
    ],
    danger:
      'the service has no endpoint: connections to it are refused, and its name leads nowhere when it is headless',
    remedies: [
      ...(nearest ? [correct(service, nearest)] : []),
      ...(workload?.desired === 0 ? [scaleUp(workload)] : []),
      {
        title: 'compare the selector with the labels of the pods',
        commands: [onWorkstation(`kubectl get pods -n ${namespace} --show-labels`)],
        risk: 'none',
      },
    ],
    verify: `kubectl get endpointslices -n ${namespace} -l kubernetes.io/service-name=${name}`,
  }
}

function reasonOf(workload: Workload | null, nearest: Nearest | null): string {
  if (workload?.desired === 0) return `: ${workload.kind} ${workload.name} is scaled to 0`
  if (workload) return `: ${workload.kind} ${workload.name} wants ${workload.desired} and has none`
  return nearest ? `; ${nearest.pods.length} pods come near with ${labelsText(nearest.selector)}` : ''
}

const evidenceOf = (workload: Workload | null, nearest: Nearest | null): readonly Evidence[] => [
  ...(workload
    ? [{ at: `${workload.kind} ${podKey(workload)}`, observed: `${workload.desired} replicas wanted, no pod is there` }]
    : []),
  ...(nearest?.pods.slice(0, 2).map(pod => ({
    at: `Pod ${podKey(pod)}`,
    observed: `labels ${labelsText(pod.labels)}; ${nearest.differences.join(', ')}`,
  })) ?? []),
]

const correct = (service: Service, { selector }: Nearest): Remedy => ({
  title: 'select the labels that the pods have, if these are the pods that are meant',
  commands: [onWorkstation(patch(service, selector))],
  risk: 'low',
  rollback: patch(service, service.selector ?? {}),
})

/** `op: replace` of the whole selector: a merge would keep the old keys. */
const patch = ({ namespace, name }: Service, value: Readonly<Record<string, string>>): string =>
  `kubectl patch service ${quote(name)} -n ${quote(namespace)} --type json -p ${quote(JSON.stringify([{ op: 'replace', path: '/spec/selector', value }]))}`

const scaleUp = ({ kind, namespace, name }: Workload): Remedy => ({
  title: 'start its pods, if they are wanted',
  commands: [onWorkstation(`kubectl scale ${kind.toLowerCase()} ${quote(name)} -n ${quote(namespace)} --replicas=1`)],
  risk: 'low',
  rollback: `kubectl scale ${kind.toLowerCase()} ${quote(name)} -n ${quote(namespace)} --replicas=0`,
})
