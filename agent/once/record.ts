import { collectNode } from '../../shared/collect-node.ts'
import { rememberHost } from '../../shared/discovery/remember-host.ts'
import { parts } from '../../shared/gen/parts.ts'
import type { Host } from '../../shared/host.ts'
import type { CollectContext } from '../../shared/part.ts'
import { isMissing, isOk, type Part } from '../../shared/reading.ts'
import { describeNode } from '../../shared/recording/node-file.ts'
import { recordHost, type Write } from '../../shared/recording/record-host.ts'
import { readSupportLogs } from '../../shared/recording/support-logs.ts'
import { version } from '../../shared/version.ts'

interface Setup {
  readonly host: Host
  readonly node: string
  readonly context: CollectContext
}

/** How many parts were read, are not there on this host, and could not be read. */
export interface Counts {
  readonly read: number
  readonly absent: number
  readonly unread: number
}

/** The defaults of `bundle`. */
const logs = { logBytes: 5 << 20, sinceMinutes: 60 } as const

/**
 * Reads all parts of a host and the logs meant for people, and writes them as a bundle of one node. Source:
 * netcheck-bundle/1.
 */
export async function recordNode({ host, node, context }: Setup, write: Write): Promise<Counts> {
  const at = new Date(context.now()).toISOString()
  const folder = `nodes/${node}`
  await write('bundle.json', json({ format: 'netcheck-bundle/1', createdAt: at, tool: `netcheck ${version}` }))
  const recorder = recordHost(host, (path, bytes) => write(`${folder}/${path}`, bytes))
  // The cache wraps the recorder, so that a file that is read twice is recorded once.
  const remembered = rememberHost(recorder.host)
  const outcomes = Object.entries<Part<unknown>>(await collectNode(parts, { host: remembered, context }))
  const unrecorded = await readSupportLogs(remembered, { ...logs, now: context.now() })
  for (const [path, bytes] of recorder.files()) await write(`${folder}/${path}`, bytes)
  // Written last: an archive that contains it is complete.
  await write(`${folder}/node.json`, describeNode(at, outcomes, { unrecorded }))
  const read = outcomes.filter(([, part]) => isOk(part)).length
  const absent = outcomes.filter(([, part]) => isMissing(part)).length
  return { read, absent, unread: outcomes.length - read - absent }
}

const json = (value: unknown): Uint8Array => new TextEncoder().encode(`${JSON.stringify(value)}\n`)
