import { NetcheckError } from '../../shared/errors.ts'
import { viewNames } from './check-options.ts'

/** What was typed where the parser stopped: the command's name, null without one, and its usage. */
interface Place {
  readonly first: string
  readonly usage: string | null
  readonly commands: readonly string[]
}

/** The parser's complaint as a sentence about the command line, with the help that fits. */
export function usageError(complaint: string, place: Place): NetcheckError {
  const text = complaint.replace(/\s+/g, ' ').trim()
  const message = missingWord(text, place) ?? missingValue(text) ?? wrongChoice(text, place) ?? unknownWord(text)
  return new NetcheckError('USAGE', message ?? text, { hint: hintFor(text, place) })
}

function missingWord(text: string, { usage }: Place): string | null {
  return text.startsWith('Not enough non-option arguments') ? `too few words: kubectl netcheck ${usage ?? ''}` : null
}

function missingValue(text: string): string | null {
  const option = /^Not enough arguments following: (\S+)/.exec(text)?.[1]
  return option === undefined ? null : `${dashed(option)} needs a value`
}

function wrongChoice(text: string, { usage }: Place): string | null {
  const [, name = '', given, choices = ''] = /Argument: (\S+), Given: (.*?), Choices: (.*)$/.exec(text) ?? []
  if (given === undefined) return null
  const what = usage?.includes(`[${name}]`) ? name : dashed(name)
  return `${what}: ${given} is not one of ${choices.replaceAll('"', '')}`
}

function unknownWord(text: string): string | null {
  const words = /^Unknown (?:argument|command)s?: (.*)$/.exec(text)?.[1]
  return words === undefined ? null : `unknown argument: ${words}`
}

function hintFor(text: string, { first, usage, commands }: Place): string {
  if (usage !== null) return `kubectl netcheck ${first} --help`
  if (isView(first)) return `kubectl netcheck check ${first}`
  return text.endsWith(`: ${first}`) ? `commands are: ${commands.join(', ')}` : 'kubectl netcheck --help'
}

const isView = (word: string): boolean => viewNames.some(view => view === word)

/** An option as it is typed. */
const dashed = (option: string): string => (option.length === 1 ? `-${option}` : `--${option}`)
