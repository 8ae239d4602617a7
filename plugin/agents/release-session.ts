import type { Duplex } from 'node:stream'
import { messageOf } from '../../shared/errors.ts'
import { frameKinds, ProtocolViolation } from '../../shared/protocol/frame.ts'
import { parseMessage } from '../../shared/protocol/messages.ts'
import {
  type Done,
  doneSchema,
  type Outcome,
  outcomeSchema,
  type ReleaseRequest,
} from '../../shared/protocol/release.ts'
import { oneLine } from '../../shared/text.ts'
import { AgentError } from './agent-error.ts'
import { type AgentSocket, openAgentSocket } from './handshake.ts'
import { readFrame, requireNode, sender, unexpected } from './session-client.ts'

/** A request to a release agent, and who takes its outcomes. */
export interface ReleaseSessionOptions {
  readonly token: string
  /** Name of the node that must answer. */
  readonly node: string
  readonly request: ReleaseRequest
  /** Ends the session; the agent then starts nothing new. */
  readonly signal: AbortSignal
  readonly onOutcome: (outcome: Outcome) => void
}

/**
 * Sends a request to a release agent and reports the outcomes. Throws AgentError; outcomes that were missed are in the
 * journal.
 */
export async function holdReleaseSession(stream: Duplex, options: ReleaseSessionOptions): Promise<Done> {
  try {
    const socket = await openAgentSocket(stream, options.token, options.signal)
    const done = await converse(socket, options)
    socket.close()
    // The agent closes first; a stream that hangs is destroyed.
    setTimeout(() => stream.destroy(), 200).unref()
    return done
  } catch (error) {
    stream.destroy()
    throw sessionError(error, options.signal)
  }
}

async function converse(socket: AgentSocket, { node, request, onOutcome }: ReleaseSessionOptions): Promise<Done> {
  const send = sender(socket)
  let expected = 0
  for await (const message of socket.messages) {
    const frame = readFrame(message, expected)
    expected += 1
    if (expected === 1) {
      requireNode(frame, node)
      send(frameKinds.release, request)
    } else if (frame.kind === frameKinds.outcome) onOutcome(parseMessage(outcomeSchema, frame.payload))
    else if (frame.kind === frameKinds.done) return parseMessage(doneSchema, frame.payload)
    else throw unexpected(frame)
  }
  throw new AgentError('CUT', 'the stream to the agent ended before all was decided')
}

function sessionError(error: unknown, signal: AbortSignal): AgentError {
  if (signal.aborted) return new AgentError('TIMEOUT', 'the agent did not finish in time', { cause: error })
  if (error instanceof AgentError) return error
  if (error instanceof ProtocolViolation) return new AgentError(error.code, error.message, { cause: error })
  return new AgentError('CUT', `the stream to the agent broke: ${oneLine(messageOf(error))}`, { cause: error })
}
