import { readFile } from 'node:fs/promises'
import * as z from 'zod/mini'
import type { MountOptions } from './host/mounts.ts'

/** What the agent is told by its environment. */
export interface Settings {
  readonly node: string
  readonly token: string
  readonly mounts: MountOptions
  /** Milliseconds since the epoch; from then on the run is over. Null for never. */
  readonly until: number | null
  /** How long the agent waits for a client. */
  readonly idleMs: number
}

const path = z.string().check(z.startsWith('/'))

const schema = z.object({
  NETCHECK_NODE: z.string().check(z.minLength(1), z.maxLength(253)),
  NETCHECK_TOKEN_FILE: path,
  NETCHECK_HOST_ROOT: z._default(path, '/host'),
  NETCHECK_PROC: z.optional(path),
  NETCHECK_SYS: z.optional(path),
  NETCHECK_UNTIL: z.optional(z.iso.datetime({ offset: true })),
  NETCHECK_IDLE_SECONDS: z._default(z.coerce.number().check(z.gt(0), z.lte(86_400)), 60),
})

/** Reads the environment and the token's file. Rejects with one sentence for a setting that is missing or wrong. */
export async function readSettings(environment: NodeJS.ProcessEnv): Promise<Settings> {
  const parsed = z.safeParse(schema, environment)
  if (!parsed.success) throw new Error(`the environment is wrong: ${z.prettifyError(parsed.error)}`)
  const { data } = parsed
  return {
    node: data.NETCHECK_NODE,
    token: await readToken(data.NETCHECK_TOKEN_FILE),
    mounts: { root: data.NETCHECK_HOST_ROOT, proc: data.NETCHECK_PROC, sys: data.NETCHECK_SYS },
    until: data.NETCHECK_UNTIL === undefined ? null : Date.parse(data.NETCHECK_UNTIL),
    idleMs: data.NETCHECK_IDLE_SECONDS * 1_000,
  }
}

async function readToken(file: string): Promise<string> {
  const token = (await readFile(file, 'utf8')).trim()
  if (!/^[\x21-\x7e]{32,512}$/.test(token)) throw new Error(`${file} holds no token of at least 32 characters`)
  return token
}
