import * as z from 'zod/mini'
import { type Clock, rfc3339 } from '../api/clock.ts'
import { removeObject } from '../api/delete.ts'
import { type KubeObject, placeOf } from '../api/object.ts'
import { typeNamed } from '../api/resources.ts'
import type { Store } from '../api/store.ts'
import { react } from './controller.ts'
import { recordEvent } from './event.ts'

const jobSchema = z.looseObject({
  spec: z.looseObject({
    suspend: z.optional(z.boolean()),
    activeDeadlineSeconds: z.optional(z.number()),
    ttlSecondsAfterFinished: z.optional(z.number()),
  }),
  status: z.optional(
    z.looseObject({
      startTime: z.optional(z.string()),
      conditions: z.optional(
        z.array(z.looseObject({ type: z.string(), status: z.string(), lastTransitionTime: z.string() })),
      ),
    }),
  ),
})

interface World {
  readonly store: Store
  readonly clock: Clock
}

/** Jobs as timers: start, deadline, removal after the end. They never create pods here, as with a parallelism of 0. */
export function startJobController(world: World): () => void {
  const alarms = new Map<string, () => void>()
  const stop = react(world.store, ({ resource, type, object }) => {
    if (resource.plural !== 'jobs') return
    const { uid } = object.metadata
    alarms.get(uid)?.()
    alarms.delete(uid)
    const due = type === 'DELETED' ? null : nextStep(world, object)
    if (due) alarms.set(uid, world.clock.at(due.time, due.step))
  })
  return () => {
    stop()
    for (const cancel of alarms.values()) cancel()
  }
}

/** The next step for a job, and its time. */
function nextStep(world: World, job: KubeObject): { readonly time: number; readonly step: () => void } | null {
  const { spec, status } = jobSchema.parse(job)
  if (job.metadata.deletionTimestamp !== undefined || spec.suspend) return null
  const end = conditionOf(status, 'Failed')
  if (end) {
    if (spec.ttlSecondsAfterFinished === undefined) return null
    const time = Date.parse(end.lastTransitionTime) + spec.ttlSecondsAfterFinished * 1_000
    return { time, step: () => expire(world, job) }
  }
  if (status?.startTime === undefined) return { time: world.clock.now(), step: () => begin(world, job) }
  if (spec.activeDeadlineSeconds === undefined) return null
  const time = Date.parse(status.startTime) + spec.activeDeadlineSeconds * 1_000
  // A job is first meant to fail; it has failed when its pods are gone, and there are none.
  const condition = conditionOf(status, 'FailureTarget') ? 'Failed' : 'FailureTarget'
  return { time, step: () => fail(world, job, condition) }
}

const conditionOf = (status: z.infer<typeof jobSchema>['status'], wanted: string) =>
  status?.conditions?.find(({ type, status }) => type === wanted && status === 'True')

const jobs = typeNamed('jobs')

function begin({ store, clock }: World, job: KubeObject): void {
  const status = { ready: 0, terminating: 0, uncountedTerminatedPods: {}, startTime: rfc3339(clock.now()) }
  store.update(jobs, placeOf(job), current => ({ ...current, status }))
}

function fail({ store, clock }: World, job: KubeObject, type: 'FailureTarget' | 'Failed'): void {
  const now = rfc3339(clock.now())
  const words = { reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' }
  const condition = { type, status: 'True', lastProbeTime: now, lastTransitionTime: now, ...words }
  const failed = store.update(jobs, placeOf(job), current => {
    const status = jobSchema.parse(current).status ?? {}
    return { ...current, status: { ...status, conditions: [...(status.conditions ?? []), condition] } }
  })
  if (failed && type === 'Failed')
    recordEvent(store, clock, { about: failed, type: 'Warning', component: 'job-controller', ...words })
}

/** As the TTL controller: in the foreground, so that what blocks goes first. */
function expire(world: World, job: KubeObject): void {
  const object = world.store.find(jobs, placeOf(job))
  if (object) removeObject(world, { type: jobs, object, options: { propagation: 'Foreground' } })
}
