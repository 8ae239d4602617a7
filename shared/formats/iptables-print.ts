import { matchOptions, targetOptions } from './iptables-options.ts'
import type { Condition, Match, Rule, Target } from './iptables-rule.ts'
import type { IptablesDump, IptablesRule, IptablesTable } from './iptables-save.ts'
import { quoteWord } from './shell-words.ts'

/** Prints a dump for `iptables-restore`, without what was omitted. */
export const printIptables = ({ tables }: Pick<IptablesDump, 'tables'>): string => tables.map(printTable).join('')

/** A rule as iptables prints it, without its chain: `-s 10.0.0.0/8 -j ACCEPT`. */
export const printRule = ({ match, target }: Pick<Rule, 'match' | 'target'>): string =>
  [...matchWords(match), ...(target === null ? [] : targetWords(target))].join(' ')

function printTable({ name, chains, isComplete }: IptablesTable): string {
  const heads = chains.map(
    chain => `:${chain.name} ${chain.policy ?? '-'}${chain.counters === null ? '' : ` ${counterText(chain.counters)}`}`,
  )
  const rules = chains
    .flatMap(chain => chain.rules.map(rule => ({ rule, chain: chain.name })))
    .sort((a, b) => a.rule.line - b.rule.line)
    .map(({ rule, chain }) => ruleLine(rule, chain))
  return [`*${name}`, ...heads, ...rules, ...(isComplete ? ['COMMIT'] : [])].map(line => `${line}\n`).join('')
}

function ruleLine({ counters, text }: IptablesRule, chain: string): string {
  return [...(counters === null ? [] : [counterText(counters)]), '-A', chain, ...(text === '' ? [] : [text])].join(' ')
}

const counterText = ({ packets, bytes }: { packets: number; bytes: number }): string => `[${packets}:${bytes}]`

/** Options of iptables itself come first, then modules, then what is unknown of modules. */
function matchWords({ others = [], ...match }: Match): string[] {
  const conditions: [string, Condition][] = Object.entries(match)
  const base = conditions.filter(([key]) => modules.get(key) === null)
  const named = conditions.filter(([key]) => modules.get(key) !== null)
  const words: string[] = base.flatMap(([key, value]) => conditionWords(key, value))
  words.push(...others.filter(({ module }) => module === null).flatMap(other => other.words.map(printWord)))
  let last: string | null = null
  for (const [key, value] of named) {
    const module = modules.get(key) === 'protocol' ? (match.protocol?.is ?? '') : (modules.get(key) ?? '')
    if (module !== last) words.push('-m', printWord(module))
    words.push(...conditionWords(key, value))
    last = module
  }
  const unknown = others.filter(({ module }) => module !== null)
  return [...words, ...unknown.flatMap(({ module, words: rest }) => ['-m', ...[module ?? '', ...rest].map(printWord)])]
}

const modules = new Map<string, string | null>([...matchOptions.values()].map(({ key, module }) => [key, module]))
const optionOf = new Map<string, string>([...matchOptions].map(([option, { key }]) => [key, option]))

function conditionWords(key: string, { is, not }: Condition): string[] {
  const value = is ?? not ?? ''
  const shown = key === 'comment' ? quoteWord(value) : key === 'set' ? value : printWord(value)
  return [...(not === undefined ? [] : ['!']), optionOf.get(key) ?? '', shown]
}

function targetWords({ name, isGoto, others = [], isRandomFully, ...options }: Target): string[] {
  const words = Object.entries(options).flatMap(([key, value]) => [
    targetOptionOf.get(key) ?? '',
    key === 'logPrefix' ? quoteWord(value ?? '') : printWord(value ?? ''),
  ])
  const random = isRandomFully === true ? ['--random-fully'] : []
  return [isGoto === true ? '-g' : '-j', printWord(name), ...words, ...random, ...others.map(printWord)]
}

const targetOptionOf = new Map<string, string>([...targetOptions].map(([option, key]) => [key, option]))

/** Quotes a word only when needed. */
const printWord = (word: string): string => (/^[^\s"][^\s]*$/.test(word) ? word : quoteWord(word))
