import { readFile } from 'node:fs/promises'
import * as z from 'zod/mini'
import { parseAddress } from '../shared/ip.ts'
import type { MountOptions } from './host/mounts.ts'

/** Settings from the agent's environment. */
export interface Settings {
  readonly node: string
  readonly token: string
  readonly mounts: MountOptions
  /** When the run is over, in ms since the epoch. Null for never. */
  readonly until: number | null
  /** How long the agent waits for a client. */
  readonly idleMs: number
  /**
   * URL of the API server's Service, from the variables that the kubelet sets in every container; null without them.
   */
  readonly service: string | null
  /** The one folder that a release agent may write to; null for an agent that only reads. */
  readonly releaseFolder: string | null
}

const path = z.string().check(z.startsWith('/'))

const schema = z.object({
  NETCHECK_NODE: z.string().check(z.minLength(1), z.maxLength(253)),
  NETCHECK_TOKEN_FILE: path,
  NETCHECK_HOST_ROOT: z._default(path, '/host'),
  NETCHECK_PROC: z.optional(path),
  NETCHECK_SYS: z.optional(path),
  NETCHECK_UNTIL: z.optional(z.iso.datetime({ offset: true })),
  NETCHECK_RELEASE_FOLDER: z.optional(path),
  NETCHECK_IDLE_SECONDS: z._default(z.coerce.number().check(z.gt(0), z.lte(86_400)), 60),
})

/** Reads the environment and the token file. Rejects with one sentence for a missing or invalid setting. */
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
    service: serviceOf(environment),
    releaseFolder: data.NETCHECK_RELEASE_FOLDER ?? null,
  }
}

/** Some clouds put another server's name here, which is not the Service. */
function serviceOf(environment: NodeJS.ProcessEnv): string | null {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } = environment
  const address = parseAddress(host)
  if (!address || !/^\d{1,5}$/.test(port)) return null
  return `https://${address.family === 6 ? `[${host}]` : host}:${port}`
}

async function readToken(file: string): Promise<string> {
  const token = (await readFile(file, 'utf8')).trim()
  if (!/^[\x21-\x7e]{32,512}$/.test(token)) throw new Error(`${file} holds no token of at least 32 characters`)
  return token
}
