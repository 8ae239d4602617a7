import { findPodProcesses } from '../../shared/discovery/pod-processes.ts'
import type { Host } from '../../shared/host.ts'
import { type ProbeAnswer, type ProbeResult, type ProbeTarget, probeLimits } from '../../shared/protocol/probes.ts'
import { isOk, ok, type Reading, unavailable } from '../../shared/reading.ts'
import { perform } from '../host/command.ts'
import { type Mounts, reach } from '../host/mounts.ts'
import { parseAnswers, targetsVariable } from './handover.ts'
import { runProbes } from './run-probes.ts'

/** Pods to probe from in one run: each needs a child process. */
const mostPods = 2

type Answers = readonly Reading<ProbeAnswer>[]

/** Sends each probe from the node's own network namespace or from a pod's. `host` must not cache answers. */
export async function probeFrom(
  mounts: Mounts,
  host: Host,
  targets: readonly ProbeTarget[],
): Promise<Reading<readonly ProbeResult[]>> {
  const pods = [...new Set(targets.map(({ pod }) => pod))]
  const processes = pods.some(pod => pod !== null) ? await findPodProcesses(host) : ok(new Map<string, number>())
  const asked = pods.map(async (pod, index) => {
    const own = targets.filter(target => target.pod === pod)
    const refused = (why: Reading<never>) => own.map(() => why)
    if (pod === null) return (await runProbes(own)).map(ok)
    if (!isOk(processes)) return refused(processes)
    const pid = processes.value.get(pod)
    if (pid === undefined) return refused(unavailable('missing', `no process of the pod ${pod} runs here`))
    if (index > mostPods) return refused(unavailable('too-large', `only ${mostPods} pods are asked from`))
    return probeInside(reach(mounts, `/proc/${pid}/ns/net`), own)
  })
  const answers = new Map(
    (await Promise.all(asked)).map((list, index) => [pods[index], list[Symbol.iterator]()] as const),
  )
  const none = unavailable('failed', 'no answer was given')
  return ok(targets.map(target => ({ target, answer: answers.get(target.pod)?.next().value ?? none })))
}

/**
 * Runs this agent as a child inside a network namespace: nothing of the pod is executed, and this process never enters
 * the namespace.
 */
async function probeInside(namespace: string, targets: readonly ProbeTarget[]): Promise<Answers> {
  const entered = await perform(['nsenter', `--net=${namespace}`, process.execPath, ...process.execArgv, ...entry()], {
    shown: ['nsenter', `--net=${namespace}`, 'node'],
    timeoutMs: probeLimits.totalMs + 800,
    mostBytes: 1 << 20,
    variables: { [targetsVariable]: JSON.stringify(targets) },
  })
  if (!isOk(entered)) return targets.map(() => entered)
  const { exitCode, stdout, stderr } = entered.value
  const answers = exitCode === 0 ? parseAnswers(stdout, targets.length) : null
  if (answers) return answers.map(ok)
  const isDenied = /not permitted|denied/i.test(stderr)
  const why = `the network of a pod was not entered: ${stderr.trim().slice(0, 300) || `exit code ${exitCode}`}`
  return targets.map(() => unavailable(isDenied ? 'denied' : 'failed', why))
}

/** Path of this program's file; empty when the agent was loaded from memory. */
const entry = (): readonly string[] => process.argv.slice(1, 2)
