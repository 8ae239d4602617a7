import yargs from 'yargs'
import { NetcheckError } from '../../shared/errors.ts'
import type { Command, Options } from './command.ts'
import { commands, wholeCheck } from './commands.ts'

/** The parsed command line: a command with its options, or a text to print. */
export type Request =
  | { readonly kind: 'run'; readonly command: Command; readonly options: Options }
  | { readonly kind: 'help'; readonly text: string }

/** Parses arguments without running anything. Throws NetcheckError `USAGE`. */
export async function parseArguments(args: readonly string[], width: number | null): Promise<Request> {
  let chosen: { command: Command; options: Options } | undefined
  const choose = (command: Command) => (options: Options) => {
    chosen = { command, options: lastOfRepeated(options) }
  }
  const parser = commands.reduce(
    (parser, command) => parser.command(command.command, command.describe, command.build, choose(command)),
    base(width).command(wholeCheck.command, false, wholeCheck.build, choose(wholeCheck)),
  )
  const text = await new Promise<string>((resolve, reject) => {
    const settle = (error: Error | undefined, _: unknown, output: string) =>
      error ? reject(usageError(error.message)) : resolve(output)
    Promise.resolve(parser.parseAsync(args.map(nameStdin), {}, settle)).catch(reject)
  })
  if (chosen) return { kind: 'run', ...chosen }
  return { kind: 'help', text: `${text || (await parser.getHelp())}\n` }
}

/** yargs drops `-` among several positionals. */
const nameStdin = (word: string, _: number, words: readonly string[]): string =>
  word === '-' && words[0] === 'analyze' ? '/dev/stdin' : word

const base = (width: number | null) =>
  yargs([])
    .scriptName('kubectl netcheck')
    .usage('$0 [command]\n\nFinds why a Kubernetes cluster’s network is broken, and says how to mend it.')
    .parserConfiguration({ 'greedy-arrays': false, 'parse-numbers': false, 'boolean-negation': false })
    .version(false)
    .help('help')
    .alias('help', 'h')
    .strict()
    .exitProcess(false)
    .wrap(width)
    .epilogue(
      'Exit codes: 0 healthy · 1 findings · 2 could not run · 3 nothing found, but not everything was looked at',
    )

/** The last value of a repeated option wins, as in kubectl; yargs returns a list, which also collects positionals. */
const lastOfRepeated = (options: Options): Options =>
  Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name,
      Array.isArray(value) && !lists.has(name) ? value.at(-1) : value,
    ]),
  )

const lists: ReadonlySet<string> = new Set([
  'node',
  'nodes',
  'address',
  'asGroup',
  'as-group',
  'bundle',
  'from',
  'only',
  'skip',
  'probeOutside',
  'probe-outside',
  '_',
])

const usageError = (message: string) =>
  new NetcheckError('USAGE', message.replace(/\s+/g, ' '), { hint: 'kubectl netcheck --help' })
