import type { ViolationCode } from '../../shared/protocol/frame.ts'
import type { NodeParts } from '../../shared/snapshot.ts'

/** Every way in which reading one node through its agent can fail. Frames that are wrong have their own codes. */
export type AgentErrorCode =
  /** The agent ended, or never said where it listens. */
  | 'NOT_READY'
  /** No byte stream to the agent's port. */
  | 'FORWARD'
  /** The agent refused the token of this run. */
  | 'TOKEN'
  /** The agent speaks another version, or something else entirely. */
  | 'PROTOCOL'
  /** Another node's agent answered. */
  | 'WRONG_NODE'
  /** The stream ended before the agent had said that all was sent. */
  | 'CUT'
  | 'TIMEOUT'
  /** The agent said that it failed. */
  | 'FAILURE'
  | ViolationCode

/** Reading one node failed; the run goes on. The message is one sentence for the user. */
export class AgentError extends Error {
  override readonly name = 'AgentError'
  readonly code: AgentErrorCode
  /** Parts that had arrived whole before the failure, if any. */
  readonly partial: NodeParts | null

  constructor(code: AgentErrorCode, message: string, options: { partial?: NodeParts | null; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.code = code
    this.partial = options.partial ?? null
  }
}

/** Failures that a second attempt may not meet again. */
export const isWorthRetrying = (error: unknown): boolean =>
  error instanceof AgentError && (error.code === 'CUT' || error.code === 'FORWARD' || error.code === 'NOT_READY')
