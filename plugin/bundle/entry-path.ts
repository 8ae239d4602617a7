import { bundleLimits } from './limits.ts'
import { quoted, refuse } from './refusal.ts'

/** Normalises a path from an archive. Throws NetcheckError `BUNDLE` for one that leads out of its folder. */
export function entryPath(name: string): string {
  const steps = name.split('/').filter(step => step !== '' && step !== '.')
  if (name.startsWith('/') || steps.includes('..') || name.includes('\0')) {
    throw refuse(`the bundle holds a file outside of its folder: ${quoted(name)}`)
  }
  if (Buffer.byteLength(name) > bundleLimits.pathBytes || steps.length > bundleLimits.pathSteps) {
    throw refuse(`the bundle holds a file with a path longer than allowed: ${quoted(name)}`)
  }
  return steps.join('/')
}

/** Whether a link at `path` stays below the top folder. */
export function isLinkInside(path: string, target: string): boolean {
  if (target.startsWith('/')) return false
  let depth = path.split('/').length - 1
  for (const step of target.split('/')) {
    if (step === '..') depth -= 1
    else if (step !== '' && step !== '.') depth += 1
    if (depth < 0) return false
  }
  return true
}

/** Compares names by their bytes, as folders are listed. */
export const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))
