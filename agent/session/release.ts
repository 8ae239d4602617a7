import { frameKinds } from '../../shared/protocol/frame.ts'
import { parseMessage } from '../../shared/protocol/messages.ts'
import { type Done, type Outcome, type ReleaseRequest, releaseRequestSchema } from '../../shared/protocol/release.ts'
import type { Inbox } from './inbox.ts'
import type { Outbox } from './outbox.ts'

/** What a release agent is asked to do; `signal` says that nobody waits for it any more. */
export type ReleaseServer = (
  request: ReleaseRequest,
  session: { readonly tell: (outcome: Outcome) => Promise<void>; readonly signal: AbortSignal },
) => Promise<Done>

/** The session of a release agent after the greeting: each outcome as soon as it is decided, then the end. */
export async function holdRelease(
  { inbox, outbox }: { readonly inbox: Inbox; readonly outbox: Outbox },
  asked: Uint8Array,
  serve: ReleaseServer,
): Promise<void> {
  const request = parseMessage(releaseRequestSchema, asked)
  const lost = new AbortController()
  inbox.broken.catch(() => lost.abort())
  // A client that is gone cannot be told; the journal of the run has it.
  const tell = (outcome: Outcome) => outbox.message(frameKinds.outcome, outcome).catch(() => lost.abort())
  const done = await serve(request, { tell, signal: lost.signal })
  if (!lost.signal.aborted) await outbox.message(frameKinds.done, done)
}
