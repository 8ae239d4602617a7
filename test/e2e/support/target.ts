import { execa } from 'execa'
import { onTestFinished } from 'vitest'
import type { BreakerName } from '../../cluster/breakers/breakers.ts'
import { type Cluster, startCluster } from '../../cluster/index.ts'

/** Kubeconfig of a cluster that the suite runs against; without it, it starts the embedded one. */
const foreign = process.env.NETCHECK_E2E_KUBECONFIG

export const isForeign = foreign !== undefined && foreign !== ''

export interface Target {
  readonly kubeconfig: string
  /** The embedded cluster; null on a foreign one. */
  readonly embedded: Cluster | null
  stop(): Promise<void>
}

export async function openTarget(): Promise<Target> {
  if (isForeign && foreign !== undefined) return { kubeconfig: foreign, embedded: null, stop: async () => {} }
  const embedded = await startCluster()
  return { kubeconfig: embedded.kubeconfig, embedded, stop: embedded.stop }
}

/** The embedded cluster of a suite that needs it. */
function embeddedOf({ embedded }: Target): Cluster {
  if (!embedded) throw new Error('this test needs the embedded cluster')
  return embedded
}

/** Breaks a node of the embedded cluster until the end of the test. */
export async function breakFor(target: Target, name: BreakerName, node = 'node2'): Promise<void> {
  onTestFinished(await embeddedOf(target).break(name, node))
}

/** How to break a foreign cluster: shell commands, and the code that is then to be named first. Null when not given. */
export function foreignFault(): { readonly code: string; run(): Promise<void>; mend(): Promise<void> } | null {
  const { NETCHECK_E2E_BREAK: breakIt, NETCHECK_E2E_MEND: mendIt, NETCHECK_E2E_EXPECT: code } = process.env
  if (!isForeign || !breakIt || !mendIt || !code) return null
  const shell = async (script: string) => void (await execa('sh', ['-ec', script], { stdout: 'ignore' }))
  return { code, run: () => shell(breakIt), mend: () => shell(mendIt) }
}
