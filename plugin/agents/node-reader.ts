import type { Duplex } from 'node:stream'
import * as z from 'zod/mini'
import { messageOf } from '../../shared/errors.ts'
import { type Ready, readySchema } from '../../shared/protocol/messages.ts'
import type { ProbeTarget } from '../../shared/protocol/probes.ts'
import type { NodeParts, PartName } from '../../shared/snapshot.ts'
import type { KubeWriter } from '../kube/port.ts'
import { AgentError, isWorthRetrying } from './agent-error.ts'
import type { Recorder } from './node-files.ts'
import { containerName } from './plan.ts'
import { readSession, type SessionOptions } from './session-client.ts'
import { tellingLine } from './telling-line.ts'

/** How to read one node. */
export interface NodeReadOptions {
  readonly namespace: string
  readonly pod: string
  readonly node: string
  readonly token: string
  readonly parts: readonly PartName[]
  readonly partMs: number
  readonly probes?: readonly ProbeTarget[] | undefined
  readonly recorder?: Recorder | undefined
  readonly signal: AbortSignal
  /** Called with what is being waited for, such as `the agent's ready line`. */
  readonly onStep: (step: string) => void
}

/**
 * Reads one node through its running agent: ready line, port-forward, session. A cut stream is retried once. Throws
 * AgentError.
 */
export async function readNode(writer: KubeWriter, options: NodeReadOptions): Promise<NodeParts> {
  try {
    return await attempt(writer, options)
  } catch (error) {
    if (!(error instanceof AgentError) || !isWorthRetrying(error) || options.signal.aborted) throw error
    options.onStep(`again, because ${error.message}`)
    return attempt(writer, options).catch((second: unknown) => {
      throw withPartial(second, error.partial)
    })
  }
}

/** Keeps the parts of the first attempt when the second yields fewer. */
function withPartial(error: unknown, partial: NodeParts | null): unknown {
  if (!(error instanceof AgentError) || error.partial || !partial) return error
  return new AgentError(error.code, error.message, { partial, cause: error })
}

async function attempt(writer: KubeWriter, options: NodeReadOptions): Promise<NodeParts> {
  const { node, token, parts, partMs, probes, recorder, signal, onStep } = options
  const stream = await openStream(writer, options)
  onStep('reading')
  const onWaiting = (names: readonly string[]) => onStep(`reading ${names.join(', ')}`)
  const session = { token, node, parts, partMs, probes, signal, onWaiting }
  return recorder ? readRecorded(stream, session, recorder) : readSession(stream, session)
}

/** Files of a failed attempt are discarded: the next attempt sends all of them again. */
async function readRecorded(
  stream: Duplex,
  session: SessionOptions,
  { order, now, open }: Recorder,
): Promise<NodeParts> {
  const files = open(session.node)
  try {
    const parts = await readSession(stream, { ...session, record: { order, now, files } })
    files.keep()
    return parts
  } catch (error) {
    files.drop()
    throw error
  }
}

/** Opens a byte stream to the port of a running agent. Throws AgentError. */
export async function openStream(writer: KubeWriter, options: StreamOptions): Promise<Duplex> {
  const { namespace, pod, signal, onStep } = options
  onStep('the agent is starting')
  const { port } = await readyLine(writer, options)
  onStep('connecting to the agent')
  return writer.forward({ namespace, pod, port, signal }).catch((cause: unknown) => {
    throw new AgentError('FORWARD', `no port-forward to its agent: ${messageOf(cause)}`, { cause })
  })
}

type StreamOptions = Pick<NodeReadOptions, 'namespace' | 'pod' | 'signal' | 'onStep'>

/** A running agent prints its line within a second, so only the log request can have failed. */
const unheard =
  'its agent runs, but nothing of its log came back in time, as when the API server does not reach port 10250 of the node'

const mostLines = 200

async function readyLine(writer: KubeWriter, { namespace, pod, signal }: StreamOptions): Promise<Ready> {
  const lines: string[] = []
  try {
    for await (const line of writer.follow({ namespace, pod, container: containerName, signal })) {
      const ready = parseReady(line)
      if (ready) return ready
      lines.push(line)
      if (lines.length > mostLines) break
    }
  } catch (cause) {
    throw new AgentError('NOT_READY', `the log of its agent cannot be read: ${messageOf(cause)}`, { cause })
  }
  if (signal.aborted)
    throw new AgentError(
      'TIMEOUT',
      lines.length === 0 ? unheard : `the agent did not say in time where it listens${quote(lines)}`,
    )
  throw new AgentError('NOT_READY', `the agent ended before it was ready${quote(lines)}`)
}

function quote(lines: readonly string[]): string {
  const line = tellingLine(lines)
  return line === '' ? ' and wrote nothing' : `; it wrote: ${line}`
}

function parseReady(line: string): Ready | null {
  if (!line.startsWith('{')) return null
  try {
    const ready = z.safeParse(readySchema, JSON.parse(line))
    return ready.success ? ready.data : null
  } catch {
    return null
  }
}
