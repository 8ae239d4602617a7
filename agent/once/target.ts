import { createWriteStream, unlinkSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Writable } from 'node:stream'

/** Where a recording goes. */
export interface Target {
  readonly output: Writable
  /** Publishes the complete recording. */
  readonly keep: () => Promise<void>
  /** Removes an unfinished recording; synchronous, so that it also works on process exit. */
  readonly drop: () => void
}

/**
 * Writes to a temporary file beside the final one, readable by its owner only. The file is created by the first write.
 */
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

/** A stream that the caller owns. */
export const streamTarget = (output: Writable): Target => ({
  output,
  keep: async () => undefined,
  drop: () => undefined,
})
