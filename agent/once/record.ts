import { collectNode } from '../../shared/collect-node.ts'
import { parts } from '../../shared/gen/parts.ts'
import type { Host } from '../../shared/host.ts'
import type { CollectContext } from '../../shared/part.ts'
import { isMissing, isOk, type Part } from '../../shared/reading.ts'
import { describeNode } from '../../shared/recording/node-file.ts'
import { recordHost, type Write } from '../../shared/recording/record-host.ts'
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

/** Reads all parts of a host and writes what was read as a bundle of one node. Source: netcheck-bundle/1. */
export async function recordNode({ host, node, context }: Setup, write: Write): Promise<Counts> {
  const at = new Date(context.now()).toISOString()
  const folder = `nodes/${node}`
  await write('bundle.json', json({ format: 'netcheck-bundle/1', createdAt: at, tool: `netcheck ${version}` }))
  const recorder = recordHost(host, (path, bytes) => write(`${folder}/${path}`, bytes))
  const outcomes = Object.entries<Part<unknown>>(await collectNode(parts, { host: recorder.host, context }))
  for (const [path, bytes] of recorder.files()) await write(`${folder}/${path}`, bytes)
  // Last, so that an archive with it is whole.
  await write(`${folder}/node.json`, describeNode(at, outcomes))
  const read = outcomes.filter(([, part]) => isOk(part)).length
  const absent = outcomes.filter(([, part]) => isMissing(part)).length
  return { read, absent, unread: outcomes.length - read - absent }
}

const json = (value: unknown): Uint8Array => new TextEncoder().encode(`${JSON.stringify(value)}\n`)
