import { readFile } from 'node:fs/promises'

/** Width of the help texts that the build renders. */
export const helpWidth = 100

/** Name of the file with the rendered help, beside the program. */
export const helpFile = 'help.json'

/**
 * The requested help text, rendered at build time because loading the parser takes longer than everything else; null
 * when the arguments do not ask for help or there is no build.
 */
export async function findHelp(args: readonly string[], assets: URL): Promise<string | null> {
  const [first = ''] = args
  const asks = args.includes('--help') || args.includes('-h')
  if (!asks || args.includes('--')) return null
  const text = await readFile(new URL(helpFile, assets), 'utf8').catch(() => '{}')
  const texts: unknown = JSON.parse(text)
  const key = first.startsWith('-') ? '' : first
  const help = typeof texts === 'object' && texts !== null && Object.hasOwn(texts, key) ? Reflect.get(texts, key) : null
  return typeof help === 'string' ? help : null
}
