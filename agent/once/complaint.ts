import { messageOf } from '../../shared/errors.ts'
import { describeWriteFailure } from '../../shared/recording/write-failure.ts'
import { codeOf } from '../host/failures.ts'

/** Why a recording could not be written, in one sentence. */
export const describeFailure = (path: string, error: unknown): string =>
  describeWriteFailure(path, { code: codeOf(error) ?? '', message: messageOf(error) })
