import { afterEach } from 'vitest'
import type { Progress } from '../../plugin/agents/board.ts'
import { type GatherOptions, gather } from '../../plugin/agents/gather.ts'
import type { NodeSnapshot } from '../../shared/snapshot.ts'
import { type FakeCluster, type FakeOptions, fakeCluster } from './fake-cluster.ts'
import { type AgentScript, type ScriptedAgent, startAgent } from './scripted-agent.ts'

const agents: ScriptedAgent[] = []
afterEach(() => {
  for (const agent of agents.splice(0)) agent.close()
})

const run = { runId: '0123abcd', namespace: 'kube-system', token: 'secret' }
export const target = (name: string, doubt: string | null = null) => ({ name, doubt })

const given = (signal = new AbortController().signal): GatherOptions => ({
  run,
  parts: ['kernel'],
  partMs: 1_000,
  signal,
  targets: [target('node1')],
  // Long enough never to matter, except where a test says so.
  nodeTimeoutMs: 10_000,
  timeoutMs: 10_000,
  graceMs: 10,
  eventsMs: 5_000,
  onProgress: () => undefined,
  onNode: () => undefined,
})

export interface Scene {
  readonly cluster: FakeCluster
  readonly dialled: readonly string[]
}

/** A cluster whose agents run these scripts, by node; pods are `agent-NODE`. */
export async function scene(scripts: Readonly<Record<string, AgentScript>>, options: FakeOptions = {}): Promise<Scene> {
  const started = Object.entries(scripts).map(
    async ([node, script]) => [`agent-${node}` as string, await startAgent(node, script)] as const,
  )
  const byPod = new Map(await Promise.all(started))
  agents.push(...byPod.values())
  const dialled: string[] = []
  const cluster = fakeCluster({
    select: ({ plural }) => (plural === 'nodes' ? [{}] : []),
    follow: async function* (pod) {
      yield 'starting'
      const port = byPod.get(pod)?.port
      if (port) yield JSON.stringify({ netcheck: 'ready', protocol: 1, port })
    },
    forward: async pod => {
      dialled.push(pod)
      const stream = byPod.get(pod)?.dial()
      if (!stream) throw new Error(`no agent for ${pod}`)
      return stream
    },
    ...options,
  })
  return { cluster, dialled }
}

export const read = (cluster: FakeCluster, options: Partial<GatherOptions> = {}): Promise<readonly NodeSnapshot[]> =>
  gather({ kube: cluster, writer: cluster }, { ...given(), ...options })

export const added = (object: unknown) => ({ type: 'ADDED', object }) as const
export const modified = (object: unknown) => ({ type: 'MODIFIED', object }) as const
export const notRead = (name: string, why: unknown) => ({ name, status: 'not-read', why })

/** Resolves as soon as the run says this of a node. */
export function hears(text: string): {
  readonly onProgress: (progress: Progress) => void
  readonly heard: Promise<void>
} {
  let resolve = () => {}
  const heard = new Promise<void>(done => {
    resolve = done
  })
  const onProgress = ({ waiting }: Progress) => {
    if (waiting.some(({ why }) => why.includes(text))) resolve()
  }
  return { onProgress, heard }
}
