/** Codes of all errors that can stop a run. The message is one sentence, reason first. */
const errorCodes = [
  'USAGE',
  'KUBECONFIG',
  'CONTEXT',
  'API_UNREACHABLE',
  'API_DENIED',
  'API_STATUS',
  'ADMISSION',
  'NO_NODES',
  'UNKNOWN_NODE',
  'BUNDLE',
  'TIMEOUT',
  'INTERRUPTED',
  'PROTOCOL',
] as const

export type ErrorCode = (typeof errorCodes)[number]

/** An expected failure: printed as one line and a hint, without a stack. */
export class NetcheckError extends Error {
  override readonly name = 'NetcheckError'
  readonly code: ErrorCode
  /** What the user can do about it. */
  readonly hint: string | undefined

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.code = code
    this.hint = options.hint
  }
}

/** The message of any thrown value. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
