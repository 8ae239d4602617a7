import yargs, { type Argv } from 'yargs'
import type { Command, Options } from './command.ts'
import { commands, wholeCheck } from './commands.ts'
import { usageError } from './usage-error.ts'

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
    (parser, command) => parser.command(command.command, command.describe, inOrder(command), choose(command)),
    base(width).command(wholeCheck.command, false, inOrder(wholeCheck), choose(wholeCheck)),
  )
  const text = await new Promise<string>((resolve, reject) => {
    const settle = (error: Error | undefined, _: unknown, output: string) =>
      error ? reject(usageError(error.message, placeOf(args))) : resolve(output)
    Promise.resolve(parser.parseAsync(asOthersSayIt(args).map(nameStdin), {}, settle)).catch(reject)
  })
  if (chosen) return { kind: 'run', ...chosen }
  return { kind: 'help', text: `${text || (await parser.getHelp())}\n` }
}

/** Accepts `--version` and `help COMMAND`. */
function asOthersSayIt(args: readonly string[]): readonly string[] {
  const [first, ...rest] = args
  if (first === '--version') return ['version', ...rest]
  return first === 'help' ? [...rest, '--help'] : args
}

function placeOf([first = '']: readonly string[]) {
  const usages = commands.map(({ command }) => command)
  const usage = usages.find(usage => usage.split(' ')[0] === first) ?? null
  return { first, usage, commands: usages.map(usage => usage.split(' ')[0] ?? '') }
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

/** Help shows groups in the order in which they were first named. */
const inOrder =
  ({ build }: Command) =>
  (parser: Argv): Argv =>
    build(['Positionals:', 'Options:', 'Agents:'].reduce((parser, name) => parser.group([], name), parser))

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
