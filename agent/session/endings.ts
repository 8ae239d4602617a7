import { ProtocolViolation } from '../../shared/protocol/frame.ts'

/** The client is gone: there is nobody to tell. */
export class Disconnected extends Error {}

/** The client let a deadline pass. */
export class Late extends Error {}

/** What the client is told when a session ends early, and the ws close code. */
export function describeEnding(error: unknown): { code: string; message: string; closeCode: number } | null {
  if (error instanceof Disconnected) return null
  if (error instanceof ProtocolViolation) return { code: error.code, message: error.message, closeCode: 1002 }
  if (error instanceof Late) return { code: 'TIMEOUT', message: error.message, closeCode: 1002 }
  return { code: 'INTERNAL', message: `the agent failed: ${String(error)}`, closeCode: 1011 }
}
