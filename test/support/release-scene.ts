import type { NamespaceHost } from '../../agent/release/namespace-host.ts'
import { serveRelease } from '../../agent/release/service.ts'
import type { Host } from '../../shared/host.ts'
import type { LeftNamespace, Outcome, ReleaseRequest, Reserved } from '../../shared/protocol/release.ts'
import { memoryHost } from './memory-host.ts'

/** A host on which no reservation has an owner. */
export const silentHost = (cri: unknown = { items: [] }): Host =>
  memoryHost({ files: { '/proc/1/environ': '' }, cri: { 'pod-sandboxes': cri } })

interface Scene {
  readonly folder: string
  readonly openHost?: () => Host
  readonly namespaces?: NamespaceHost
  readonly signal?: AbortSignal
  readonly onOutcome?: (outcome: Outcome) => void
}

const testRun = '20260102T030405Z-0badcafe'

/** Asks the agent's release code for something, over a folder of the test. */
export async function ask(request: ReleaseRequest, scene: Scene) {
  const outcomes: Outcome[] = []
  const tell = async (outcome: Outcome) => {
    outcomes.push(outcome)
    scene.onOutcome?.(outcome)
  }
  const { folder, openHost = () => silentHost(), signal = new AbortController().signal, namespaces } = scene
  const done = await serveRelease(
    request,
    { folder, hostRoot: '', openHost, ...(namespaces && { namespaces }) },
    { tell, signal },
  )
  return { outcomes, done, results: outcomes.map(({ address, result }) => `${address} ${result}`) }
}

/** A disk that others use too may take seconds for one address. */
const patientMs = 60_000

export const orderFor = (addresses: readonly Reserved[], { run = testRun, lockMs = patientMs, graceMs = 0 } = {}) => ({
  ...({ format: 1, action: 'release', run, graceMs, lockMs } as const),
  addresses: [...addresses],
})

export const removalOf = (namespaces: readonly LeftNamespace[], run = testRun) => ({
  ...({ format: 1, action: 'remove-namespaces', run } as const),
  namespaces: [...namespaces],
})

export const undoOf = (run = testRun) => ({ format: 1, action: 'undo', run, lockMs: patientMs }) as const

export const listing = { format: 1, action: 'runs' } as const
