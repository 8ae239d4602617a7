import type { Argv } from 'yargs'
import type { Io } from './io.ts'

/** One subcommand. `run` imports what it needs itself, so that `--help` loads nothing of it. */
export interface Command {
  readonly command: string
  readonly describe: string
  readonly build: (yargs: Argv) => Argv
  /** Exit code; throws NetcheckError for what the user can mend. */
  readonly run: (options: Options, io: Io) => Promise<number>
}

/** Options as yargs parsed them; each command reads them through its own schema. */
export type Options = Readonly<Record<string, unknown>>
