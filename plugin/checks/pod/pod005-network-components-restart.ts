import type { ContainerState, Pod } from '../../cluster/pods.ts'
import { clusterCheck, type Draft, found } from '../../engine/check.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { componentOfPod } from '../../model/components.ts'
import { podSubject } from '../../model/pod-subject.ts'
import { ageOf, hour, podKey } from '../../model/pods.ts'

export default clusterCheck({
  code: 'POD005',
  severity: 'warning',
  title: 'Network components restart',
  explains: [],
  cluster: ['pods'],
  run: ({ cluster: { pods }, takenAt }) =>
    found(
      ...pods.flatMap(pod => {
        const component = componentOfPod(pod)
        const restarted = pod.containers.filter(container => isRecent(container, takenAt))
        return component && component.kind !== 'cloud' && restarted.length > 0
          ? [draft(pod, component.id, restarted)]
          : []
      }),
    ),
})

/** A single restart may be an update; it counts only if the container failed. */
const isRecent = ({ init, restarts, lastFinishedAt, ...last }: ContainerState, takenAt: number): boolean =>
  !init && restarts > 0 && hasFailed(last) && (ageOf(lastFinishedAt, takenAt) ?? hour + 1) <= hour

/**
 * For containers that stopped with their node the runtime knows no end. Source: internal/cri/server/restart.go of
 * containerd.
 */
const hasFailed = ({ lastExitCode, lastReason }: Pick<ContainerState, 'lastExitCode' | 'lastReason'>): boolean =>
  lastExitCode !== 0 && lastReason !== 'Unknown'

function draft(pod: Pod, component: string, containers: readonly ContainerState[]): Draft {
  const [first] = containers
  return {
    subject: podSubject(pod),
    message: `${component} in ${podKey(pod)} restarted within the last hour${first?.lastReason ? ` (${first.lastReason})` : ''}`,
    evidence: containers.map(({ name, restarts, lastReason, lastExitCode, lastFinishedAt }) => ({
      at: `Pod ${podKey(pod)}, container ${name}`,
      observed: `${restarts} restarts; the last run ended at ${lastFinishedAt} with ${lastReason || 'no reason'} (${lastExitCode ?? 'no exit code'})`,
    })),
    danger: 'while it is away, changes of the network are not carried out on its node',
    remedies: [
      {
        title: 'read the end of the run before',
        commands: [
          onWorkstation(
            `kubectl logs -n ${quote(pod.namespace)} ${quote(pod.name)} -c ${quote(first?.name ?? '')} --previous --tail 50`,
          ),
        ],
        risk: 'none',
      },
    ],
    verify: `kubectl get pod -n ${quote(pod.namespace)} ${quote(pod.name)}`,
  }
}
