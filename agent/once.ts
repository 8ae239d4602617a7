import { hostname } from 'node:os'
import type { Writable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import type { CollectContext } from '../shared/part.ts'
import { findMounts } from './host/mounts.ts'
import { liveHost } from './live-host.ts'
import { openArchive } from './once/archive.ts'
import { parseOnce } from './once/arguments.ts'
import { describeFailure } from './once/complaint.ts'
import { type Counts, recordNode } from './once/record.ts'
import { fileTarget, streamTarget } from './once/target.ts'

/**
 * `--once`: records the host without a cluster, for `kubectl netcheck nodes --from`. Resolves with a sentence about
 * what was read; rejects with one that says why there is no recording. `atExit` registers cleanup that must run however
 * the process ends.
 */
export async function runOnce(
  args: readonly string[],
  { stdout, atExit }: { stdout: Writable; atExit: (drop: () => void) => void },
): Promise<string> {
  const { target: path, root, node } = parseOnce(args, hostname())
  const host = liveHost(await findMounts({ root }))
  const target = path === '-' ? streamTarget(stdout) : fileTarget(path, process.pid)
  atExit(target.drop)
  const archive = openArchive(target.output, { folder: `netcheck-${node}`, at: new Date() })
  const recording = recordNode({ host, node, context }, archive.add)
  try {
    const counts = await Promise.race([recording, archive.written.then(() => recording)])
    archive.end()
    await archive.written
    await target.keep()
    return sentence(node, counts)
  } catch (cause) {
    throw new Error(describeFailure(path, cause), { cause })
  }
}

/** A recording is not interactive: counters of a quiet node, and large nodes, may take their time. */
const context: CollectContext = { now: Date.now, pause: ms => pause(ms), sampleMs: 2000, deadlineMs: 60_000 }

const sentence = (node: string, { read, absent, unread }: Counts): string =>
  `${node} is recorded: ${read} parts were read, ${absent} are not there, ${unread} could not be read`
