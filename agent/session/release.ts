import { frameKinds } from '../../shared/protocol/frame.ts'
import { parseMessage } from '../../shared/protocol/messages.ts'
import { type Done, type Outcome, type ReleaseRequest, releaseRequestSchema } from '../../shared/protocol/release.ts'
import type { Inbox } from './inbox.ts'
import type { Outbox } from './outbox.ts'

/** Serves a request to a release agent; `signal` aborts when the client disconnects. */
export type ReleaseServer = (
  request: ReleaseRequest,
  session: { readonly tell: (outcome: Outcome) => Promise<void>; readonly signal: AbortSignal },
) => Promise<Done>

/** A release agent's session after the greeting: sends each outcome as soon as it is decided, then the end. */
export async function holdRelease(
  { inbox, outbox }: { readonly inbox: Inbox; readonly outbox: Outbox },
  asked: Uint8Array,
  serve: ReleaseServer,
): Promise<void> {
  const request = parseMessage(releaseRequestSchema, asked)
  const lost = new AbortController()
  inbox.broken.catch(() => lost.abort())
  // Outcomes that a disconnected client misses are in the journal of the run.
  const tell = (outcome: Outcome) => outbox.message(frameKinds.outcome, outcome).catch(() => lost.abort())
  const done = await serve(request, { tell, signal: lost.signal })
  if (!lost.signal.aborted) await outbox.message(frameKinds.done, done)
}
