import type { Remedy } from '../../../shared/finding.ts'
import { isOk, type Reading, valueOr } from '../../../shared/reading.ts'
import { oneLine } from '../../../shared/text.ts'
import type { ContainerLog } from '../../cluster/component-logs.ts'
import type { ApiEvent } from '../../cluster/events.ts'
import type { ApiNode } from '../../cluster/nodes.ts'
import { clusterCheck, type Draft, found } from '../../engine/check.ts'
import { conditionOf } from '../../model/api-node.ts'
import { onWorkstation } from '../../model/command.ts'
import { plainText } from '../../model/event-text.ts'
import { containerLines, type LogLine } from '../../model/log-lines.ts'
import { ageOf, minute } from '../../model/pods.ts'

export default clusterCheck({
  code: 'RTE005',
  severity: 'error',
  title: 'Cloud routes fail',
  explains: ['RTE001', 'NET002', 'NOD001', 'POD003', 'SVC002'],
  cluster: ['nodes'],
  wantsCluster: ['events', 'componentLogs'],
  decisive: ['events'],
  run: ({ cluster, maybeCluster: { events, componentLogs }, takenAt }) => {
    const complaints = isOk(events) ? events.value.filter(event => isComplaint(event, takenAt)) : []
    const logged = complaintsOfCloud(componentLogs)
    const drafts = cluster.nodes.flatMap(node => {
      const complaint = complaints.find(({ object }) => object.name === node.name)
      return isWithoutRoute(node, complaint, takenAt) ? [draft(node, complaint, logged)] : []
    })
    return found(...drafts)
  },
})

const isComplaint = ({ reason, lastSeen }: ApiEvent, takenAt: number): boolean =>
  reason === 'FailedToCreateRoute' && (ageOf(lastSeen, takenAt) ?? 0) < 60 * minute

/** The controller creates routes every few seconds: after minutes something prevents it. */
const patience = 5 * minute

function isWithoutRoute(node: ApiNode, complaint: ApiEvent | undefined, takenAt: number): boolean {
  if ((ageOf(node.createdAt, takenAt) ?? patience) < patience) return false
  const condition = conditionOf(node, 'NetworkUnavailable')
  if (condition?.status === 'True' && condition.reason === 'NoRouteCreated')
    return (ageOf(condition.since, takenAt) ?? patience) >= patience
  if (!complaint) return false
  const healed = condition?.reason === 'RouteCreated' ? Date.parse(condition.since ?? '') : Number.NaN
  return !(healed >= Date.parse(complaint.lastSeen ?? ''))
}

/** Log lines of the cloud's controller about routes that it could not list or create. */
const complaintsOfCloud = (logs: Reading<readonly ContainerLog[]>): LogLine | undefined =>
  valueOr(logs, [])
    .filter(({ pod }) => /cloud|controller-manager/.test(pod))
    .flatMap(containerLines)
    .findLast(({ text }) => /route/i.test(text) && /error|fail|could not|denied|forbidden|exceeded/i.test(text))

function draft(node: ApiNode, complaint: ApiEvent | undefined, logged: LogLine | undefined): Draft {
  const condition = conditionOf(node, 'NetworkUnavailable')
  const said = complaint ? plainText(complaint.message) : logged?.text
  const cause = said === undefined ? null : causeOf(said)
  return {
    subject: { kind: 'Node', name: node.name },
    message: `the cloud has no route to the pods of ${node.name}${cause ? `: ${cause.name}` : ''}`,
    evidence: [
      ...(condition?.status === 'True'
        ? [
            {
              at: `Node ${node.name}, condition NetworkUnavailable`,
              observed: `${condition.reason}${condition.since ? ` since ${condition.since}` : ''}: ${oneLine(condition.message, 160)}`,
              expected: 'False, RouteCreated',
            },
          ]
        : []),
      ...(complaint
        ? [{ at: `Event of Node ${node.name}`, observed: oneLine(plainText(complaint.message), 280) }]
        : []),
      ...(logged ? [{ at: logged.source, observed: oneLine(logged.text, 280) }] : []),
    ],
    danger: 'pods of this node get no packets from other nodes, and the scheduler gives it no new ones',
    remedies: [cause?.remedy ?? look],
  }
}

const look: Remedy = {
  title:
    'ask the controller that makes routes what the cloud answers: quota, rights, rate, or a route that is in the way',
  commands: [
    onWorkstation('kubectl get events -A --field-selector reason=FailedToCreateRoute'),
    onWorkstation('kubectl -n kube-system logs -l component=kube-controller-manager --tail=200 | grep -i route'),
    onWorkstation('kubectl -n kube-system logs -l k8s-app=cloud-controller-manager --tail=200 | grep -i route'),
  ],
  risk: 'none',
}

const withTitle = (title: string): Remedy => ({ ...look, title })

interface Cause {
  readonly name: string
  readonly pattern: RegExp
  readonly remedy: Remedy
}

/** In this order: clouds answer 403 for a rate that is too high as well. */
const causes: readonly Cause[] = [
  {
    name: 'the cloud limits the rate of requests',
    pattern: /rate ?limit|throttl|too many requests|\b429\b/i,
    remedy: withTitle('wait, or raise the rate that the cloud allows this project; look for who else asks so often'),
  },
  {
    name: 'its table of routes is full',
    pattern: /quota|limit ?exceeded|exceeded limit|maximum number|RouteLimit/i,
    remedy: withTitle('raise the quota of routes, or move to a network without a route per node'),
  },
  {
    name: 'the controller has no right to make routes',
    pattern:
      /forbidden|unauthori[sz]ed|not authori[sz]ed|access ?denied|permission|AuthorizationFailed|insufficient|\b40[13]\b/i,
    remedy: withTitle('give the identity of the controller the right to list and create routes'),
  },
]

const causeOf = (text: string): Cause | null => causes.find(({ pattern }) => pattern.test(text)) ?? null
