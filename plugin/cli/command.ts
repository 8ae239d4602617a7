import type { Argv } from 'yargs'
import type { Io } from './io.ts'

/** One subcommand. `run` imports its implementation on demand, so that `--help` does not load it. */
export interface Command {
  readonly command: string
  readonly describe: string
  readonly build: (yargs: Argv) => Argv
  /** Returns the exit code; throws NetcheckError for anything the user can fix. */
  readonly run: (options: Options, io: Io) => Promise<number>
}

/** Options as yargs parsed them; each command reads them through its own schema. */
export type Options = Readonly<Record<string, unknown>>
