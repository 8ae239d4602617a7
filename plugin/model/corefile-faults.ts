import type { Corefile, CorefileOption, Directive } from '../../shared/formats/corefile.ts'
import { isBefore, pluginLives, propertyLives } from './corefile-versions.ts'

/** A part of the Corefile that this CoreDNS version does not accept. */
export interface CorefileFault {
  /** Line number from 1; 0 for the file as a whole. */
  readonly line: number
  /** Such as `forward: max_concurrent`, or a plugin's name; empty for a syntax error. */
  readonly item: string
  readonly why: string
  /** What to write instead. */
  readonly cure: string
}

/** Syntax errors, and plugins and properties that this version does not support; null means any version. */
export const corefileFaults = (corefile: Corefile, version: readonly number[] | null): readonly CorefileFault[] => [
  ...corefile.problems.map(({ line, message }) => ({ line, item: '', why: message, cure: 'mend the brace or quote' })),
  ...(version ? corefile.servers.flatMap(({ directives }) => directives.flatMap(each => faultsOf(each, version))) : []),
]

function faultsOf(directive: Directive, version: readonly number[]): readonly CorefileFault[] {
  const own = faultOf(directive, { lives: pluginLives, version, plugin: null })
  const properties = propertyLives[directive.name] ?? {}
  return own
    ? [own]
    : directive.options.flatMap(option => faultOf(option, { lives: properties, version, plugin: directive.name }) ?? [])
}

interface Judged {
  readonly lives: (typeof propertyLives)[string]
  readonly version: readonly number[]
  readonly plugin: string | null
}

function faultOf({ name, line }: CorefileOption, { lives, version, plugin }: Judged): CorefileFault | null {
  const life = Object.hasOwn(lives, name) ? lives[name] : undefined
  const item = plugin === null ? name : `${plugin}: ${name}`
  if (life?.since && isBefore(version, life.since))
    return { line, item, why: `it exists from CoreDNS ${life.since} on`, cure: `remove the line, or run a newer image` }
  if (!life?.until || isBefore(version, life.until)) return null
  return { line, item, why: `CoreDNS ${life.until} removed it`, cure: cures[item] ?? 'remove the line' }
}

/** Source: github.com/coredns/corefile-migration. */
const cures: Readonly<Record<string, string>> = {
  proxy: 'write `forward` in its place; `policy least_conn` and `fail_timeout` have no counterpart',
  reverse: 'write a `template` block',
  federation: 'remove the block',
  'kubernetes: transfer': 'write `transfer { to … }` beside `kubernetes`',
  'file: transfer': 'write `transfer { to … }` beside `file`',
  'auto: transfer': 'write `transfer { to … }` beside `auto`',
  'file: no_reload': 'write `reload 0`',
  'auto: no_reload': 'write `reload 0`',
}
