import { readFileSync, writeFileSync } from 'node:fs'
import { onTestFinished } from 'vitest'

/** Sets a value of the kernel that counts for the whole machine while `use` runs, and puts it back. */
export function withSetting<T>(path: string, value: number, use: () => T): T {
  const before = readFileSync(path, 'utf8')
  const restore = () => writeFileSync(path, before)
  onTestFinished(restore)
  try {
    writeFileSync(path, `${value}`)
    return use()
  } finally {
    restore()
  }
}
