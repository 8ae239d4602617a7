import type { Remedy } from '../../shared/finding.ts'

type Command = Remedy['commands'][number]

/** A command for the host of the node. */
export const onNode = (run: string): Command => ({ on: 'node', run })

/** A command for where kubectl runs. */
export const onWorkstation = (run: string): Command => ({ on: 'workstation', run })

/** A word that is safe to paste into a shell, whatever a cluster put into it. */
export const quote = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
