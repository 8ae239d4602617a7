import { ProtocolViolation } from '../../shared/protocol/frame.ts'

/** The client has disconnected. */
export class Disconnected extends Error {}

/** The client missed a deadline. */
export class Late extends Error {}

/** The failure message and WebSocket close code for a session that ends early. */
export function describeEnding(error: unknown): { code: string; message: string; closeCode: number } | null {
  if (error instanceof Disconnected) return null
  if (error instanceof ProtocolViolation) return { code: error.code, message: error.message, closeCode: 1002 }
  if (error instanceof Late) return { code: 'TIMEOUT', message: error.message, closeCode: 1002 }
  return { code: 'INTERNAL', message: `the agent failed: ${String(error)}`, closeCode: 1011 }
}
