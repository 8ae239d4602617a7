import type { Duplex } from 'node:stream'
import { ApiError } from '../../plugin/kube/errors.ts'
import type { Access, Kube, KubeWriter, Manifest, Resource, Selection, WatchEvent } from '../../plugin/kube/port.ts'
import { ok, unavailable } from '../../shared/reading.ts'

export interface FakeOptions {
  /** What a list answers, by plural; empty otherwise. */
  readonly select?: (resource: Resource, selection: Selection) => readonly unknown[]
  /** A message makes the step fail: `create jobs`, `remove secrets`, `create pods --dry-run`. */
  readonly refuse?: (step: string) => string | undefined
  /** Lines of the log of a pod. */
  readonly follow?: (pod: string, signal: AbortSignal) => AsyncIterable<string>
  readonly forward?: (pod: string, port: number) => Promise<Duplex>
  readonly logs?: (pod: string) => string
  readonly allow?: (access: Access) => boolean
}

export interface FakeCluster extends Kube, KubeWriter {
  /** Every change in order, as `create jobs`; dry runs end in `--dry-run`. */
  readonly steps: readonly string[]
  readonly manifests: readonly Manifest[]
  readonly patches: readonly unknown[]
  /** Sends an event to every watch. */
  tell(event: WatchEvent): void
  /** Ends every watch with an error. */
  breakWatch(message: string): void
}

/** Both API ports on an in-memory cluster: it records what it was told and answers what the test defines. */
export function fakeCluster(options: FakeOptions = {}): FakeCluster {
  const steps: string[] = []
  const manifests: Manifest[] = []
  const patches: unknown[] = []
  const feed = createFeed()
  const step = (name: string) => {
    steps.push(name)
    const message = options.refuse?.(name)
    if (message !== undefined) throw new ApiError('API_STATUS', message, { status: 403 })
  }
  return {
    steps,
    manifests,
    patches,
    tell: feed.tell,
    breakWatch: feed.fail,
    version: async () => ok('v1.36.2'),
    list: async () => unavailable('unsupported', 'not in this test'),
    get: async () => unavailable('unsupported', 'not in this test'),
    configz: async () => unavailable('unsupported', 'not in this test'),
    readyz: async () => unavailable('unsupported', 'not in this test'),
    logs: async ({ pod }) => ok(options.logs?.(pod) ?? ''),
    can: async access => {
      const allowed = options.allow?.(access) ?? true
      return { allowed, reason: '' }
    },
    create: async (resource, manifest, { dryRun }) => {
      step(`create ${resource.plural}${dryRun ? ' --dry-run' : ''}`)
      manifests.push(manifest)
      return { ...manifest, metadata: { ...manifest.metadata, uid: `uid-of-${resource.plural}` } }
    },
    patch: async (resource, _target, patch) => {
      step(`patch ${resource.plural}`)
      patches.push(patch)
    },
    remove: async (resource, { name }) => step(`remove ${resource.plural} ${name}`),
    select: async (resource, selection) => options.select?.(resource, selection) ?? [],
    watch: (_resource, { signal }) => feed.listen(signal),
    follow: ({ pod, signal }) => options.follow?.(pod, signal) ?? nothing(),
    forward: async ({ pod, port }) => {
      if (!options.forward) throw new ApiError('API_UNREACHABLE', 'no forward in this test')
      return options.forward(pod, port)
    },
  }
}

async function* nothing(): AsyncGenerator<string> {}

/** Events for watches; one that begins late gets those from before, as a list would give them. */
function createFeed() {
  const events: WatchEvent[] = []
  let failure: Error | null = null
  let wake = () => {}
  const changed = () => wake()
  return {
    tell: (event: WatchEvent) => {
      events.push(event)
      changed()
    },
    fail: (message: string) => {
      failure = new ApiError('API_UNREACHABLE', message)
      changed()
    },
    async *listen(signal: AbortSignal): AsyncGenerator<WatchEvent> {
      signal.addEventListener('abort', changed)
      for (let next = 0; !signal.aborted; ) {
        const event = events[next]
        if (event) {
          next += 1
          yield event
        } else if (failure) throw failure
        else
          await new Promise<void>(resolve => {
            wake = resolve
          })
      }
    },
  }
}

interface PodChanges {
  readonly node: string
  readonly container?: Readonly<Record<string, unknown>>
  readonly restarts?: number
  readonly uid?: string
  readonly status?: Readonly<Record<string, unknown>>
  readonly deleting?: boolean
  readonly scheduled?: boolean
}

/** A pod of the run as the API writes it; `container` is the state of its container. */
export function agentPod({ node, container, restarts = 0, uid, status, deleting, scheduled = true }: PodChanges) {
  const containerStatuses = container ? [{ name: 'agent', restartCount: restarts, state: container }] : undefined
  const terms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }]
  return {
    metadata: {
      name: `agent-${node}`,
      uid: uid ?? `uid-${node}`,
      ...(deleting ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
    spec: {
      ...(scheduled ? { nodeName: node } : {}),
      affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } },
    },
    status: { phase: 'Pending', containerStatuses, ...status },
  }
}

export const runningPod = (node: string, more: Partial<PodChanges> = {}) =>
  agentPod({ node, container: { running: { startedAt: '2026-01-01T00:00:00Z' } }, ...more })
