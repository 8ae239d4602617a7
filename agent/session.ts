import type { WebSocket } from 'ws'
import type { Host } from '../shared/host.ts'
import { frameKinds, ProtocolViolation } from '../shared/protocol/frame.ts'
import {
  ackSchema,
  type Collect,
  collectSchema,
  type Hello,
  parseMessage,
  protocolVersion,
  type RecordOrder,
} from '../shared/protocol/messages.ts'
import { isOk } from '../shared/reading.ts'
import { readText } from '../shared/text.ts'
import { version } from '../shared/version.ts'
import { type Definitions, startCollection } from './session/collection.ts'
import { within } from './session/deadline.ts'
import { describeEnding } from './session/endings.ts'
import { createInbox, type Inbox } from './session/inbox.ts'
import { createOutbox, type Outbox } from './session/outbox.ts'
import { holdRelease, type ReleaseServer } from './session/release.ts'
import type { SessionTimes } from './session/times.ts'

/** What a session works on. */
export interface SessionSetup {
  readonly node: string
  /** Opens a host for one session; its cache must not outlive the session. */
  readonly openHost: () => Host
  readonly definitions: Definitions
  readonly times: SessionTimes
  /** Set in a release agent only, which reads no parts. */
  readonly serveRelease?: ReleaseServer | null
}

interface Talk {
  readonly inbox: Inbox
  readonly outbox: Outbox
}

const closeMs = 2_000

/** Runs one session and closes the connection: with 1000 when everything was acknowledged. Never rejects. */
export async function runSession(ws: WebSocket, setup: SessionSetup): Promise<void> {
  const talk = { inbox: createInbox(ws), outbox: createOutbox(ws) }
  try {
    await Promise.race([converse(talk, setup), talk.inbox.broken])
    closeSoon(ws, 1000)
  } catch (error) {
    refuse(ws, talk.outbox, error)
  }
}

async function converse(talk: Talk, setup: SessionSetup): Promise<void> {
  const host = setup.openHost()
  const { serveRelease } = setup
  const asked = talk.inbox.expect(serveRelease ? frameKinds.release : frameKinds.collect, setup.times.collectMs)
  await talk.outbox.message(frameKinds.hello, await greet(host, setup.node))
  if (serveRelease) return holdRelease(talk, await asked, serveRelease)
  const collect = parseMessage(collectSchema, await asked)
  await deliver(talk, { ...setup, host }, collect)
  const acknowledged = talk.inbox.expect(frameKinds.ack, setup.times.ackMs)
  const end = talk.outbox.end()
  await talk.outbox.message(frameKinds.end, end)
  if (parseMessage(ackSchema, await acknowledged).sha256 !== end.sha256) {
    throw new ProtocolViolation('END_HASH', 'the client received something else than was sent')
  }
}

async function greet(host: Host, node: string): Promise<Hello> {
  const bootId = await readText(host, '/proc/sys/kernel/random/boot_id')
  return {
    agent: version,
    protocol: protocolVersion,
    node,
    bootId: isOk(bootId) ? bootId.value.trim() : null,
    now: Date.now(),
  }
}

/**
 * Sends all parts, and regularly the names of those still missing. Slow parts time out on their own; this deadline is
 * only for a slow client.
 */
async function deliver(
  { outbox }: Talk,
  { host, definitions, times }: SessionSetup & { readonly host: Host },
  collect: Collect,
): Promise<void> {
  const recording = collect.record ? await beginRecording(host, collect.record, outbox) : null
  const setup = recording ? { host: recording.host, onPart: recording.note } : { host }
  const { waiting, done } = startCollection(collect, { ...setup, definitions, outbox })
  const all = done.then(() => recording?.finish())
  const names = () => [...waiting, ...(recording ? ['logs'] : [])]
  const tell = () => outbox.message(frameKinds.progress, { waiting: names() }).catch(() => {})
  // No progress for a client that does not read: it would only queue up.
  const progress = setInterval(() => outbox.waiting() === 0 && tell(), times.progressMs)
  try {
    const sendMs = recording ? times.recordMs : times.sendMs
    await within(collect.partMs + sendMs, all, 'the client did not take all parts')
  } finally {
    clearInterval(progress)
  }
}

/** Imported on demand, because most sessions record nothing. */
async function beginRecording(host: Host, order: RecordOrder, outbox: Outbox) {
  const { startRecording } = await import('./session/recording.ts')
  return startRecording(host, order, { outbox, now: Date.now })
}

function refuse(ws: WebSocket, outbox: Outbox, error: unknown): void {
  const ending = describeEnding(error)
  const { code, message } = ending ?? {}
  // The connection is closed whether or not this arrives.
  if (ending) outbox.message(frameKinds.failure, { code, message }).catch(() => {})
  closeSoon(ws, ending?.closeCode ?? 1000)
}

/** Closes the connection, and destroys it if the client does not answer the close. */
function closeSoon(ws: WebSocket, code: number): void {
  const timer = setTimeout(() => ws.terminate(), closeMs)
  ws.once('close', () => clearTimeout(timer))
  if (ws.readyState === ws.CLOSED) clearTimeout(timer)
  ws.close(code)
}
