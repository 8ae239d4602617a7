import { dirname } from 'node:path'
import { messageOf } from '../../shared/errors.ts'
import { codeOf } from '../host/failures.ts'

/** Why a recording could not be written, in one sentence. */
export const describeFailure = (path: string, error: unknown): string =>
  `${path === '-' ? 'standard output' : path} cannot be written: ${reasonOf(path, error)}`

function reasonOf(path: string, error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `there is no folder ${dirname(path)}`
    case 'ENOSPC':
    case 'EDQUOT':
      return 'no space is left'
    case 'EACCES':
    case 'EPERM':
      return `${dirname(path)} may not be written to`
    case 'EROFS':
      return `${dirname(path)} is read-only`
    case 'EISDIR':
      return 'it is a folder'
    case 'EPIPE':
      return 'nobody reads it to its end'
    default:
      return messageOf(error)
  }
}
