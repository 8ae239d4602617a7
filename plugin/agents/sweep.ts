import * as z from 'zod/mini'
import { metadataSchema } from '../kube/cluster-part.ts'
import { type KubeWriter, type Resource, resources } from '../kube/port.ts'
import { anyRunSelector, runLabel } from './plan.ts'
import { type RemoveOptions, remove } from './remove.ts'

/** Which runs to sweep. */
export interface SweepOptions extends RemoveOptions {
  readonly namespace: string
  /** Also removes active runs. */
  readonly all: boolean
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** The result of a sweep. */
export interface Swept {
  /** Ids of the runs that were removed. */
  readonly runs: readonly string[]
  /** Descriptions of what could not be removed. */
  readonly remaining: readonly string[]
}

/** Removes what earlier runs left behind, but no active run unless `all` is set. Throws NetcheckError. */
export async function sweep(writer: KubeWriter, options: SweepOptions): Promise<Swept> {
  // Anchors are listed last, so that the objects of a run that starts meanwhile have their anchor in the list.
  const daemonSets = await listRuns(writer, resources.daemonsets, options.namespace)
  const jobs = await listRuns(writer, resources.jobs, options.namespace)
  const alive = new Set(jobs.filter(job => !options.all && isAlive(job, options.now)).map(({ run }) => run))
  const dead = new Set([...daemonSets, ...jobs].map(({ run }) => run).filter(run => !alive.has(run)))
  const runs = [...dead].sort()
  const remaining = await Promise.all(
    runs.map(runId => remove(writer, { runId, namespace: options.namespace }, options)),
  )
  return { runs, remaining: remaining.flat() }
}

const schema = z.object({
  metadata: metadataSchema,
  spec: z.optional(z.nullable(z.object({ activeDeadlineSeconds: z.optional(z.nullable(z.number())) }))),
  status: z.optional(
    z.nullable(
      z.object({ conditions: z.optional(z.nullable(z.array(z.object({ type: z.string(), status: z.string() })))) }),
    ),
  ),
})

interface Found extends z.infer<typeof schema> {
  readonly run: string
}

async function listRuns(writer: KubeWriter, resource: Resource, namespace: string): Promise<readonly Found[]> {
  const objects = await writer.select(resource, { namespace, labelSelector: anyRunSelector })
  return objects.flatMap(object => {
    const parsed = z.safeParse(schema, object)
    const run = parsed.success ? parsed.data.metadata.labels?.[runLabel] : undefined
    return parsed.success && run !== undefined && /^[0-9a-f]{8}$/.test(run) ? [{ ...parsed.data, run }] : []
  })
}

/** The server expires an anchor by its own clock; ours may be wrong and decides only far past the deadline. */
const disbeliefMs = 3_600_000

function isAlive({ metadata, spec, status }: Found, now: number): boolean {
  const isFinished = status?.conditions?.some(
    ({ type, status }) => ['Failed', 'Complete'].includes(type) && status === 'True',
  )
  if (isFinished || metadata.deletionTimestamp) return false
  const created = Date.parse(metadata.creationTimestamp ?? '')
  const deadline = created + (spec?.activeDeadlineSeconds ?? 0) * 1_000
  return !(now > deadline + disbeliefMs)
}
