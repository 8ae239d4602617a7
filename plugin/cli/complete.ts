import yargs from 'yargs'
import * as z from 'zod/mini'
import { isOk } from '../../shared/reading.ts'
import { viewNames } from './check-options.ts'
import type { Command } from './command.ts'
import { commands } from './commands.ts'
import { withConnection } from './connection.ts'
import { endNames } from './end-names.ts'
import type { Io } from './io.ts'

/** Directives that cobra's shell scripts expect after a colon: offer file names, or only what was printed. */
const directives = { files: 0, nothingElse: 4 } as const

interface Completion {
  readonly words: readonly string[]
  readonly directive: keyof typeof directives
}

/** Prints completions for kubectl: `words` are the words so far, the last of which is being typed. */
export async function runComplete(words: readonly string[], io: Io): Promise<number> {
  const current = words.at(-1) ?? ''
  const { words: offered, directive } = await complete(words.slice(0, -1), current, io)
  const matching = offered.filter(word => word.startsWith(current))
  io.out([...matching, `:${directives[directive]}`].join('\n').concat('\n'))
  return 0
}

async function complete(before: readonly string[], current: string, io: Io): Promise<Completion> {
  const [name] = before
  const command = commands.find(({ command }) => command.split(' ')[0] === name)
  if (!command) return only(before.length === 0 ? commands.map(({ command }) => command.split(' ')[0] ?? '') : [])
  const options = optionsOf(command)
  const previous = optionName(before.at(-1) ?? '', options.alias)
  if (previous !== null && !options.boolean.includes(previous)) return valuesOf(previous, { options, before, io })
  if (current.startsWith('-'))
    return only(
      Object.keys(options.key)
        .filter(isLong)
        .map(key => `--${key}`),
    )
  if (name === 'nodes') return only(await nodeNames(before, io))
  if (name === 'path') return only(await orNothing(() => endNames(before, io)))
  if (isBundleNext(name, before.length)) return { words: [], directive: 'files' }
  return only(before.length === 1 ? await firstWords(name) : [])
}

/** Commands whose first arguments are paths of recordings, with their number. */
const bundleWords: Readonly<Record<string, number>> = { analyze: 1, diff: 2 }

const isBundleNext = (name: string | undefined, words: number): boolean => words <= (bundleWords[name ?? ''] ?? 0)

const firstWords = async (name: string | undefined): Promise<readonly string[]> => {
  if (name === 'check') return viewNames
  return name === 'explain' ? (await import('../gen/checks.ts')).checks.map(({ code }) => code) : []
}

const optionsSchema = z.object({
  key: z.record(z.string(), z.unknown()),
  alias: z.record(z.string(), z.array(z.string())),
  boolean: z.array(z.string()),
  choices: z.record(z.string(), z.array(z.string())),
})

/** A command's options as yargs knows them, by a method missing from its types. */
function optionsOf({ command, build }: Command): z.infer<typeof optionsSchema> {
  const parser = build(yargs([]))
  const options = z.parse(optionsSchema, Reflect.apply(Reflect.get(parser, 'getOptions'), parser, []))
  const positionals = [...command.matchAll(/[[<](\w+)/g)].map(([, name]) => name)
  const isOption = ([name]: readonly [string, unknown]) => !positionals.includes(name)
  return { ...options, key: Object.fromEntries(Object.entries(options.key).filter(isOption)) }
}

const only = (words: readonly string[]): Completion => ({ words, directive: 'nothingElse' })
const isLong = (key: string): boolean => key.length > 1 && !/[A-Z]/.test(key)

/** The long name of a typed option; null for any other word. */
function optionName(word: string, aliases: Readonly<Record<string, readonly string[]>>): string | null {
  if (/^--[^=]+$/.test(word)) return word.slice(2)
  const short = /^-([a-z])$/.exec(word)?.[1]
  return short === undefined ? null : (Object.keys(aliases).find(key => aliases[key]?.includes(short)) ?? short)
}

async function valuesOf(
  option: string,
  { options, before, io }: { options: z.infer<typeof optionsSchema>; before: readonly string[]; io: Io },
): Promise<Completion> {
  const choices = options.choices[option]
  if (choices) return only(choices)
  if (['from', 'kubeconfig', 'file'].includes(option)) return { words: [], directive: 'files' }
  if (option === 'nodes') return only(await nodeNames(before, io))
  return only(option === 'context' ? await contextNames(before, io) : [])
}

async function contextNames(before: readonly string[], io: Io): Promise<readonly string[]> {
  const { contextsOf } = await import('../kube/client.ts')
  return orNothing(async () => contextsOf({ kubeconfig: valueAfter(before, '--kubeconfig'), env: io.env }))
}

/** Nodes of the cluster that are not on the command line yet. */
async function nodeNames(before: readonly string[], io: Io): Promise<readonly string[]> {
  const { nodes } = await import('../cluster/nodes.ts')
  const cluster = {
    kubeconfig: valueAfter(before, '--kubeconfig'),
    context: valueAfter(before, '--context'),
    namespace: 'kube-system',
  }
  const reading = await orNothing(() =>
    withConnection(cluster, { io, use: async ({ kube }) => [await nodes.collect(kube)] }),
  )
  const names = reading.flatMap(list => (isOk(list) ? list.value.map(({ name }) => name) : []))
  return names.filter(name => !before.includes(name))
}

const valueAfter = (words: readonly string[], option: string): string | undefined => {
  const index = words.indexOf(option)
  return index < 0 ? undefined : words[index + 1]
}

/** Errors would disturb the shell, so there are just no completions. */
async function orNothing<T>(ask: () => Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await ask()
  } catch {
    return []
  }
}
