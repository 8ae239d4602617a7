import * as z from 'zod/mini'
import { NetcheckError } from '../../shared/errors.ts'
import { runChecks } from '../engine/run.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import { checks } from '../gen/checks.ts'
import { makeTimeline, timelineClusterParts, timelineParts } from '../model/timeline/make-timeline.ts'
import { isDataFormat, renderData } from '../report/data.ts'
import { renderTimeline } from '../report/timeline.ts'
import type { Options } from './command.ts'
import { fromSchema } from './from.ts'
import type { Io } from './io.ts'
import { parseReportOptions } from './render.ts'
import { sinceOf } from './timeline-options.ts'

const schema = z.object({
  from: z.optional(fromSchema),
  since: z.optional(z.string()),
  node: z.optional(z.array(z.string())),
  namespace: z.optional(z.string()),
  agentNamespace: z.optional(z.string()),
})

/** `timeline`: prints what happened, in order. Returns the exit code: 3 when a relevant part was not read. */
export async function runTimeline(options: Options, io: Io): Promise<number> {
  const { from, since, node = [], namespace = '', agentNamespace } = z.parse(schema, options)
  const { output } = parseReportOptions(options)
  if (output === 'html')
    throw new NetcheckError('USAGE', 'a timeline cannot be printed as HTML', { hint: 'use -o wide or -o json' })
  // A mistake is told before anything is read.
  if (since !== undefined) sinceOf(since, io.now())
  const print = (snapshot: Snapshot): number => {
    const timeline = makeTimeline(
      { snapshot, report: runChecks(snapshot, checks) },
      {
        since: since === undefined ? null : sinceOf(since, Date.parse(snapshot.takenAt)),
        nodes: node,
        namespaces: namespace.split(',').filter(Boolean),
      },
    )
    io.out(
      isDataFormat(output)
        ? renderData(timeline, output)
        : renderTimeline(timeline, { paint: io.paint, width: io.width, wide: output === 'wide' }),
    )
    return timeline.notRead.length > 0 ? 3 : 0
  }
  const request = { checks, shown: timelineParts, shownCluster: timelineClusterParts }
  if (from !== undefined) return print(await (await import('./read-bundle.ts')).readBundle(from, request, io))
  const { readLive } = await import('./live.ts')
  const choice = { names: [], selector: undefined }
  return readLive({ options: { ...options, namespace: agentNamespace }, choice, io, request, withAgents: true, print })
}
