import { createWriteStream, unlinkSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Writable } from 'node:stream'

/** Where a recording goes. */
export interface Target {
  readonly output: Writable
  /** Puts the whole recording in its place. */
  readonly keep: () => Promise<void>
  /** Takes away what was begun, also at the very end of the process. */
  readonly drop: () => void
}

/** A file under a temporary name beside the final one, readable by its owner alone. It is there when it is written to. */
export function fileTarget(path: string, processId: number): Target {
  const temporary = join(dirname(path), `.${basename(path)}.${processId}`)
  const output = createWriteStream(temporary, { flags: 'wx', mode: 0o600, flush: true })
  let isOurs = false
  output.once('open', () => {
    isOurs = true
  })
  return {
    output,
    keep: async () => {
      await rename(temporary, path)
      isOurs = false
    },
    drop: () => {
      if (isOurs) unlinkSync(temporary)
      isOurs = false
    },
  }
}

/** A stream that is somebody else's. */
export const streamTarget = (output: Writable): Target => ({
  output,
  keep: async () => undefined,
  drop: () => undefined,
})
