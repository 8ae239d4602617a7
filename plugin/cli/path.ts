import * as z from 'zod/mini'
import { NetcheckError } from '../../shared/errors.ts'
import { causesTouching } from '../engine/flow-causes.ts'
import type { ClusterPartName, Snapshot } from '../engine/snapshot.ts'
import { checks } from '../gen/checks.ts'
import { readCluster } from '../kube/read-cluster.ts'
import { parseReference, type Reference } from '../model/path/grammar.ts'
import type { HopState } from '../model/path/hop.ts'
import { answerPath, type PathAnswer, type PathRequest, subjectsOf } from '../model/path/question.ts'
import { pathClusterParts, pathNodeParts, sceneOf } from '../model/path/scene.ts'
import { isDataFormat, renderData } from '../report/data.ts'
import { renderPath } from '../report/path.ts'
import type { Options } from './command.ts'
import { untilInterrupted, withConnection } from './connection.ts'
import { fromSchema } from './from.ts'
import type { Io } from './io.ts'
import { everything, judge } from './judge.ts'
import { parseAgentOptions, parseClusterOptions } from './options.ts'

const schema = z.object({
  source: z.string(),
  target: z.string(),
  namespace: z.optional(z.string()),
  protocol: z.enum(['tcp', 'udp', 'sctp']),
  output: z.enum(['text', 'wide', 'json', 'yaml']),
  from: z.optional(fromSchema),
  noAgent: z.boolean(),
  agentNamespace: z.string(),
})
type PathOptions = z.infer<typeof schema>

const request = { checks, shown: pathNodeParts, shownCluster: pathClusterParts, filter: everything }

/**
 * `path`: follows one connection through the state of the API and of the nodes at both ends. Exit code 0 when nothing
 * blocks it, 1 when something does, 3 when nothing was found but something is unread.
 */
export async function runPath(given: Options, io: Io): Promise<number> {
  const start = io.now()
  const options = z.parse(schema, given)
  const print = (asked: PathRequest) => (snapshot: Snapshot) => {
    const answer = required(answerPath(asked, sceneOf(snapshot)))
    io.out(render(answer, snapshot, { options, io, start }))
    return exitCodes[answer.state]
  }
  if (options.from !== undefined) {
    const { readBundle } = await import('./read-bundle.ts')
    return print(readRequest(options, 'default'))(await readBundle(options.from, request, io))
  }
  const live = { ...given, namespace: options.agentNamespace }
  const { asked, answer } = await untilInterrupted(findEnds(live, { options, io }), io.signal)
  const { readLive } = await import('./live.ts')
  return readLive({
    options: live,
    choice: { names: answer.nodes, selector: undefined },
    request: { ...request, checks: checksFor(answer) },
    io,
    withAgents: !options.noAgent && answer.nodes.length > 0,
    print: print(asked),
  })
}

const exitCodes: Readonly<Record<HopState, 0 | 1 | 3>> = {
  ok: 0,
  noted: 0,
  partly: 1,
  blocked: 1,
  'not-looked-at': 3,
}

const protocols = { tcp: 'TCP', udp: 'UDP', sctp: 'SCTP' } as const

/** Parses both ends. Throws NetcheckError `USAGE`. */
function readRequest({ source, target, protocol, namespace }: PathOptions, byDefault: string): PathRequest {
  const home = namespace ?? byDefault
  return {
    from: readReference(source, home),
    to: readReference(target, home),
    protocol: protocols[protocol],
  }
}

function readReference(text: string, namespace: string): Reference {
  const reference = parseReference(text, namespace)
  if (reference) return reference
  throw new NetcheckError('USAGE', `${text.slice(0, 100)} names neither an object nor an address`, {
    hint: 'write namespace/name, pod/…, svc/…:port, node/name or ADDRESS:PORT',
  })
}

/** Returns the answer. Throws NetcheckError `USAGE` when the question has none. */
function required(answer: ReturnType<typeof answerPath>): PathAnswer {
  if ('hops' in answer) return answer
  throw new NetcheckError('USAGE', answer.why, { hint: answer.hint })
}

/** Parts that determine the nodes a connection passes: agents are sent only there. */
const endParts: readonly ClusterPartName[] = ['nodes', 'pods', 'services', 'endpointSlices', 'endpoints']

/** Looks up both ends before any agent is deployed, so that a mistyped name costs nothing. */
function findEnds(live: Options, { options, io }: { readonly options: PathOptions; readonly io: Io }) {
  const { timeoutMs } = parseAgentOptions(live)
  return withConnection(parseClusterOptions(live), {
    io,
    timeoutMs,
    use: async connection => {
      const asked = readRequest(options, connection.describe().namespace)
      const { version, parts } = await readCluster(connection.kube, { wanted: endParts, now: io.now })
      const snapshot = { takenAt: new Date(io.now()).toISOString(), version, cluster: parts, nodes: [] }
      return { asked, answer: required(answerPath(asked, sceneOf(snapshot))) }
    },
  })
}

/** Areas whose faults can affect a connection whose ends have addresses. */
const flowAreas: ReadonlySet<string> = new Set('CTK DNS FWL HPN NET NOD POL PRX RTE SVC SYS'.split(' '))

/** When an end does not exist, the cause may be in any area, including the CNI and address management. */
function checksFor({ hops }: PathAnswer): typeof checks {
  const isEndGone = hops.some(({ state, step }) => state === 'blocked' && (step === 'source' || step === 'service'))
  return isEndGone ? checks : checks.filter(({ code }) => flowAreas.has(code.slice(0, 3)))
}

interface Printing {
  readonly options: PathOptions
  readonly io: Io
  readonly start: number
}

function render(answer: PathAnswer, snapshot: Snapshot, { options, io, start }: Printing): string {
  const { output, from } = options
  const report = judge(snapshot, { ...request, checks: checksFor(answer) })
  const rootCauses = [...causesTouching(report, snapshot, subjectsOf(answer))]
  if (isDataFormat(output)) {
    const kept = new Set(rootCauses.flatMap(({ id, explains }) => [id, ...explains]))
    const findings = report.findings.filter(({ id }) => kept.has(id))
    return renderData({ ...report, rootCauses, findings, path: answer }, output)
  }
  const seconds = from === undefined ? (io.now() - start) / 1000 : null
  return renderPath(answer, rootCauses, { paint: io.paint, width: io.width, wide: output === 'wide', seconds })
}
