import { readFile } from 'node:fs/promises'
import type { Io } from './io.ts'

/** Width of the help texts that the build renders. */
export const helpWidth = 100

/** Name of the file with the rendered help, beside the program. */
export const helpFile = 'help.json'

/**
 * The requested help text, rendered at build time because loading the parser takes longer than everything else; null
 * when the arguments do not ask for help, there is no build, or the terminal is narrower.
 */
export async function findHelp(args: readonly string[], io: Pick<Io, 'assets' | 'width'>): Promise<string | null> {
  const [first = ''] = args
  const asks = args.includes('--help') || args.includes('-h')
  if (!asks || args.includes('--') || io.width < helpWidth) return null
  const text = await readFile(new URL(helpFile, io.assets), 'utf8').catch(() => '{}')
  const texts: unknown = JSON.parse(text)
  const key = first.startsWith('-') ? '' : first
  const help = typeof texts === 'object' && texts !== null && Object.hasOwn(texts, key) ? Reflect.get(texts, key) : null
  return typeof help === 'string' ? help : null
}
