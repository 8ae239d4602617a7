import { setTimeout as sleep } from 'node:timers/promises'
import { anyRunSelector } from '../../../plugin/agents/plan.ts'
import { connect } from '../../../plugin/kube/client.ts'
import { type Connection, resources } from '../../../plugin/kube/port.ts'
import { textOf } from '../../cluster/api/object.ts'

const kinds = [resources.jobs, resources.daemonsets, resources.secrets, resources.configmaps, resources.pods]

/** Everything of all runs that is in the cluster, as `pods/netcheck-1234abcd-xyz`. */
export async function traces(kubeconfig: string): Promise<readonly string[]> {
  return withCluster(kubeconfig, async ({ writer }) => {
    const found = await Promise.all(
      kinds.map(async kind => {
        const objects = await writer.select(kind, { labelSelector: anyRunSelector })
        return objects.map(object => `${kind.plural}/${textOf(object, 'metadata.name')}`)
      }),
    )
    return found.flat()
  })
}

/** Waits until nothing of any run is left; resolves to what is left after so long. */
export async function tracesAfter(kubeconfig: string, ms: number): Promise<readonly string[]> {
  return look(() => traces(kubeconfig), { ms, until: left => left.length === 0 })
}

/** Waits until something of a run is in the cluster that begins so, as `pods/`. */
export async function untilTraceOf(kubeconfig: string, start: string, ms = 30_000): Promise<void> {
  const isThere = (found: readonly string[]) => found.some(each => each.startsWith(start))
  const found = await look(() => traces(kubeconfig), { ms, until: isThere })
  if (!isThere(found)) throw new Error(`no ${start} came into the cluster within ${ms} ms`)
}

const pauseMs = 50

async function look<T>(
  read: () => Promise<T>,
  { ms, until }: { ms: number; until: (value: T) => boolean },
): Promise<T> {
  const end = performance.now() + ms
  for (;;) {
    const value = await read()
    if (until(value) || performance.now() > end) return value
    await sleep(pauseMs)
  }
}

/** Uses the API of the cluster as the product does. */
export async function withCluster<T>(kubeconfig: string, use: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await connect({ kubeconfig, requestTimeoutMs: 20_000, env: {} })
  try {
    return await use(connection)
  } finally {
    connection.close()
  }
}
