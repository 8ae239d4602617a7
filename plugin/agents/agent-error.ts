import type { ViolationCode } from '../../shared/protocol/frame.ts'
import type { NodeParts } from '../../shared/snapshot.ts'

/** Why reading one node through its agent failed. Malformed frames have codes of their own. */
export type AgentErrorCode =
  /** The agent exited, or never printed its port. */
  | 'NOT_READY'
  /** The port-forward to the agent failed. */
  | 'FORWARD'
  /** The agent refused the token of this run. */
  | 'TOKEN'
  /** The agent speaks another protocol version, or something else answered. */
  | 'PROTOCOL'
  /** Another node's agent answered. */
  | 'WRONG_NODE'
  /** The stream ended before the agent had sent everything. */
  | 'CUT'
  | 'TIMEOUT'
  /** The agent reported a failure. */
  | 'FAILURE'
  | ViolationCode

/** Reading one node failed; the run goes on. The message is one sentence for the user. */
export class AgentError extends Error {
  override readonly name = 'AgentError'
  readonly code: AgentErrorCode
  /** Parts that had arrived completely before the failure, if any. */
  readonly partial: NodeParts | null

  constructor(code: AgentErrorCode, message: string, options: { partial?: NodeParts | null; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.code = code
    this.partial = options.partial ?? null
  }
}

/** Whether a second attempt may succeed. */
export const isWorthRetrying = (error: unknown): boolean =>
  error instanceof AgentError && (error.code === 'CUT' || error.code === 'FORWARD' || error.code === 'NOT_READY')
