import { randomUUID } from 'node:crypto'
import { rfc3339 } from '../api/clock.ts'
import { removeObject } from '../api/delete.ts'
import { fieldOf, manifestSchema } from '../api/object.ts'
import { typeNamed } from '../api/resources.ts'
import { versions } from '../plan/plan.ts'
import type { Surroundings } from './breaker.ts'

const pods = typeNamed('pods')

/**
 * Schedules new pods of a batch workload to a node, whose kubelet tries to run them. Resolves, once it has begun with
 * all of them, to a function that removes them.
 */
export async function schedulePods({ api }: Surroundings, node: string, count: number): Promise<() => void> {
  const { store, clock } = api
  const created = Array.from({ length: count }, () => {
    const name = `batch-68d85d4fdd-${randomUUID().slice(0, 5)}`
    return store.create(
      pods,
      manifestSchema.parse({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { namespace: 'shop', name, labels: { app: 'batch' }, generation: 1 },
        spec: {
          containers: [{ name: 'batch', image: versions.webImage, command: ['sleep', '1000'], resources: {} }],
          nodeName: node,
          restartPolicy: 'Always',
          terminationGracePeriodSeconds: 1,
          tolerations: [{ operator: 'Exists' }],
        },
        status: { phase: 'Pending', conditions: [scheduled(clock.now())] },
      }),
    )
  })
  const isSeen = () => created.every(pod => fieldOf(store.find(pods, placed(pod)), 'status.startTime') !== undefined)
  while (!isSeen()) await new Promise(resolve => setImmediate(resolve))
  return () => {
    for (const pod of created) {
      const object = store.find(pods, placed(pod))
      if (object) removeObject(api, { type: pods, object, options: { propagation: 'Background', grace: 0 } })
    }
  }
}

const placed = ({ metadata: { namespace, name } }: { metadata: { namespace?: string | undefined; name: string } }) => ({
  namespace,
  name,
})

const scheduled = (now: number) => ({
  type: 'PodScheduled',
  status: 'True',
  lastProbeTime: null,
  lastTransitionTime: rfc3339(now),
})
