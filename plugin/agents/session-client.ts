import type { Duplex } from 'node:stream'
import { nodeParts } from '../../shared/collect-node.ts'
import { messageOf } from '../../shared/errors.ts'
import { parts as definitions } from '../../shared/gen/parts.ts'
import {
  decodeFrame,
  encodeFrame,
  type Frame,
  type FrameKind,
  frameKinds,
  ProtocolViolation,
} from '../../shared/protocol/frame.ts'
import {
  encodeMessage,
  endSchema,
  failureSchema,
  helloSchema,
  parseMessage,
  progressSchema,
  protocolVersion,
  type RecordOrder,
} from '../../shared/protocol/messages.ts'
import type { ProbeTarget } from '../../shared/protocol/probes.ts'
import type { NodeParts, PartName } from '../../shared/snapshot.ts'
import { oneLine } from '../../shared/text.ts'
import { AgentError } from './agent-error.ts'
import { type AgentSocket, openAgentSocket } from './handshake.ts'
import { Inbox } from './inbox.ts'
import { FileInbox, type NodeFiles } from './node-files.ts'

/** What to request in a session. */
export interface SessionOptions {
  readonly token: string
  /** Name of the node that must answer. */
  readonly node: string
  readonly parts: readonly PartName[]
  /** Deadline of each part on the node, ms. */
  readonly partMs: number
  /** Probe targets for the agent; none when not given. */
  readonly probes?: readonly ProbeTarget[] | undefined
  /** Set when recording a bundle: how to record, and where the files go. */
  readonly record?: { readonly order: RecordOrder; readonly now: () => number; readonly files: NodeFiles } | undefined
  /** Ends the session, also on time-out. */
  readonly signal: AbortSignal
  readonly onWaiting: (parts: readonly string[]) => void
}

/** Reads the parts of one node over a stream to its agent: hello, collect, chunks, end, ack. Throws AgentError. */
export async function readSession(stream: Duplex, options: SessionOptions): Promise<NodeParts> {
  const inbox = new Inbox(options.parts)
  try {
    const socket = await openAgentSocket(stream, options.token, options.signal)
    await converse(socket, inbox, options)
    socket.close()
    // The agent closes after the acknowledgement; a stream that hangs is destroyed.
    setTimeout(() => stream.destroy(), 200).unref()
    return await openAll(inbox, options.parts)
  } catch (error) {
    const cause = stream.errored ?? error
    stream.destroy()
    throw await sessionError(cause, inbox, options)
  }
}

async function converse(socket: AgentSocket, inbox: Inbox, options: SessionOptions): Promise<void> {
  const send = sender(socket)
  const files = options.record ? new FileInbox(options.record.files) : null
  let expected = 0
  for await (const message of socket.messages) {
    const frame = readFrame(message, expected)
    expected += 1
    if (expected === 1) greet(frame, options, send)
    else if (frame.kind === frameKinds.chunk) inbox.accept(frame.payload)
    else if (frame.kind === frameKinds.file && files) {
      inbox.count(frame.payload)
      await files.accept(frame.payload)
    } else if (frame.kind === frameKinds.progress)
      options.onWaiting(parseMessage(progressSchema, frame.payload).waiting.map(name => oneLine(name, 64)))
    else if (frame.kind === frameKinds.end) {
      files?.finish()
      return send(frameKinds.ack, { sha256: inbox.finish(parseMessage(endSchema, frame.payload)) })
    } else throw unexpected(frame)
  }
  throw new AgentError('CUT', `the stream ended while ${inbox.missing().length} parts were missing`)
}

type Send = (kind: FrameKind, message: unknown) => void

/** Returns a function that sends numbered frames. */
export function sender(socket: AgentSocket): Send {
  let sequence = 0
  return (kind, message) => {
    socket.send(encodeFrame({ kind, sequence, payload: encodeMessage(message) }))
    sequence += 1
  }
}

/** Decodes a message as the next expected frame. Throws ProtocolViolation. */
export function readFrame(message: unknown, expected: number): Frame {
  if (!(message instanceof Uint8Array)) throw new ProtocolViolation('FRAME_KIND', 'the agent sent text')
  const frame = decodeFrame(message)
  if (frame.sequence === expected) return frame
  throw new ProtocolViolation('FRAME_SEQUENCE', `frame ${frame.sequence} came where ${expected} was due`)
}

/** Checks the agent's greeting and requests the parts. */
function greet(frame: Frame, { node, parts, partMs, probes, record }: SessionOptions, send: Send): void {
  requireNode(frame, node)
  const order = record && { ...record.order, now: record.now() }
  send(frameKinds.collect, { parts, partMs, probes, record: order })
}

/** Throws AgentError unless this is the greeting of the agent of this node. */
export function requireNode(frame: Frame, node: string): void {
  if (frame.kind !== frameKinds.hello) throw unexpected(frame)
  const hello = parseMessage(helloSchema, frame.payload)
  if (hello.protocol !== protocolVersion) {
    throw new AgentError('PROTOCOL', `the agent speaks protocol ${hello.protocol} and not ${protocolVersion}`)
  }
  if (hello.node !== node) throw new AgentError('WRONG_NODE', `the agent of node ${oneLine(hello.node, 80)} answered`)
}

/** The error for an unexpected frame, which may be the agent's own failure. */
export function unexpected({ kind, payload }: Frame): Error {
  if (kind !== frameKinds.failure)
    return new ProtocolViolation('FRAME_KIND', `a frame of kind ${kind} came out of turn`)
  const { code, message } = parseMessage(failureSchema, payload)
  return new AgentError('FAILURE', `the agent failed: ${oneLine(message)} (${oneLine(code, 40)})`)
}

async function openAll(inbox: Inbox, names: readonly PartName[]): Promise<NodeParts> {
  const opened = names.map(async name => [name, await inbox.open(name, definitions[name])] as const)
  return nodeParts(Object.fromEntries(await Promise.all(opened)))
}

/** The failure as one sentence, with the parts that had arrived before. */
async function sessionError(error: unknown, inbox: Inbox, { parts, signal }: SessionOptions): Promise<AgentError> {
  const partial = inbox.missing().length < parts.length ? await openAll(inbox, parts) : null
  if (signal.aborted)
    return new AgentError(
      'TIMEOUT',
      `the agent did not finish in time: ${inbox.missing().join(', ') || 'no end'} missing`,
      { partial, cause: error },
    )
  if (error instanceof ProtocolViolation)
    return new AgentError(error.code, `the agent broke the protocol: ${error.message} (${error.code})`, {
      cause: error,
    })
  if (error instanceof AgentError) return new AgentError(error.code, error.message, { partial, cause: error })
  return new AgentError('CUT', `the stream to the agent broke: ${oneLine(messageOf(error))}`, { partial, cause: error })
}
