/** Why a recording could not be written, in one sentence; `code` is the system's, such as ENOSPC. */
export function describeWriteFailure(path: string, { code, message }: { code: string; message: string }): string {
  return `${path === '-' ? 'standard output' : path} cannot be written: ${reasonOf(folderOf(path), code) ?? message}`
}

function reasonOf(folder: string, code: string): string | null {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `there is no folder ${folder}`
    case 'ENOSPC':
    case 'EDQUOT':
      return 'no space is left'
    case 'EACCES':
    case 'EPERM':
      return `${folder} may not be written to`
    case 'EROFS':
      return `${folder} is read-only`
    case 'EISDIR':
      return 'it is a folder'
    case 'EPIPE':
      return 'nobody reads it to its end'
    default:
      return null
  }
}

function folderOf(path: string): string {
  const end = path.lastIndexOf('/')
  return end < 0 ? '.' : path.slice(0, Math.max(1, end))
}
