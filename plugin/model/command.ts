import type { Remedy } from '../../shared/finding.ts'

type Command = Remedy['commands'][number]

/** A command to run on the node. */
export const onNode = (run: string): Command => ({ on: 'node', run })

/** A command to run where kubectl runs. */
export const onWorkstation = (run: string): Command => ({ on: 'workstation', run })

/** Quotes a word for a shell; words may come from the cluster and are untrusted. */
export const quote = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
