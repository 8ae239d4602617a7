import { setTimeout as sleep } from 'node:timers/promises'
import { sweep } from '../agents/sweep.ts'
import type { Options } from './command.ts'
import { withConnection } from './connection.ts'
import type { Io } from './io.ts'
import { parseClusterOptions } from './options.ts'

/** `cleanup`: removes every netcheck run in the namespace, active or not. Exit code 1 when something remains. */
export async function runCleanup(options: Options, io: Io): Promise<number> {
  const cluster = parseClusterOptions(options)
  const { namespace } = cluster
  const swept = await withConnection(cluster, {
    io,
    use: ({ writer }) => sweep(writer, { namespace, all: true, now: io.now(), looks: 20, pause: () => sleep(500) }),
  })
  for (const run of swept.runs) io.out(`removed run ${run} from namespace ${namespace}\n`)
  for (const left of swept.remaining) io.note(`still there: ${left}`)
  if (swept.runs.length === 0) io.out(`nothing of netcheck in namespace ${namespace}\n`)
  return swept.remaining.length === 0 ? 0 : 1
}
