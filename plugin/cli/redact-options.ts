import type { Argv } from 'yargs'
import { NetcheckError } from '../../shared/errors.ts'
import type { RedactKind } from '../bundle/redact/redactor.ts'

/** Options for redacting names and addresses. */
export const redactOptions = (yargs: Argv): Argv =>
  yargs
    .option('redact', {
      type: 'string',
      requiresArg: true,
      describe: 'what gets other names: addresses, names, both with a comma, or none',
    })
    .option('map', {
      type: 'string',
      requiresArg: true,
      describe: 'the file that tells what was exchanged; beside the bundle, with .map.json, by default',
    })

/** Parses `--redact`. Throws NetcheckError `USAGE`. */
export function parseRedact(text: string): readonly RedactKind[] {
  if (text === 'none') return []
  const kinds = text.split(',').map(word => word.trim())
  if (kinds.every(isKind)) return [...new Set(kinds)]
  throw new NetcheckError('USAGE', `--redact ${text} is not known`, {
    hint: 'write addresses, names, addresses,names or none',
  })
}

const isKind = (word: string): word is RedactKind => word === 'addresses' || word === 'names'
