import picocolors from 'picocolors'
import { type Paint, plain } from '../report/paint.ts'

/** Colours for a terminal; none for a pipe, for NO_COLOR (no-color.org) and for TERM=dumb. */
export function makePaint({ isTerminal, env }: { isTerminal: boolean; env: NodeJS.ProcessEnv }): Paint {
  if (!isTerminal || env.NO_COLOR || env.TERM === 'dumb') return plain
  const { bold, dim, red, yellow, green } = picocolors.createColors(true)
  return { bold, dim, red, yellow, green }
}
