import * as z from 'zod/mini'
import { NetcheckError } from '../../shared/errors.ts'
import type { KubeWriter } from '../kube/port.ts'
import { anchorJob, type Created, ownedObjects } from './manifests.ts'
import type { RunPlan } from './plan.ts'

const createdSchema = z.object({ metadata: z.object({ uid: z.string() }) })

/**
 * Creates the anchor, then everything it owns in parallel. Throws NetcheckError; the caller removes what was created.
 */
export async function deploy(writer: KubeWriter, plan: RunPlan): Promise<void> {
  const create = ({ resource, manifest }: Created) => writer.create(resource, manifest, { namespace: plan.namespace })
  const anchor = z.safeParse(createdSchema, await create(anchorJob(plan)))
  if (!anchor.success) throw new NetcheckError('API_STATUS', 'the API server created a Job without a uid')
  // Waits for all of them, so that a removal after a failure does not run before a late creation.
  const outcomes = await Promise.allSettled(ownedObjects(plan, anchor.data.metadata.uid).map(create))
  const failed = outcomes.find(outcome => outcome.status === 'rejected')
  if (failed) throw failed.reason
}
