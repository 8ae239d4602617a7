import { mkdir } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { frameKinds } from '../../shared/protocol/frame.ts'
import type { Outcome } from '../../shared/protocol/release.ts'
import { connectAgent } from '../support/agent-client.ts'
import { startAgent } from '../support/agent-process.ts'
import { sandboxes, startRuntime } from '../support/cri/fake-runtime.ts'
import { containerId, hostLocalStore } from '../support/host-local-store.ts'
import { listing, orderFor, undoOf } from '../support/release-scene.ts'
import { needs } from '../support/requirements.ts'
import { hostRoot, temporaryFolder } from '../support/temporary-folder.ts'

const isAble = needs('the release agent as a process', 'root', 'containernetworking-plugins')

/** A host with a runtime that lists other sandboxes, and a store with as many leaks of two addresses. */
async function leakedHost(count: number) {
  const root = await hostRoot()
  await mkdir(`${root}/run/containerd`, { recursive: true })
  await startRuntime(`${root}/run/containerd/containerd.sock`, { listPodSandbox: () => sandboxes(2) })
  const releaseFolder = await temporaryFolder()
  const store = hostLocalStore(releaseFolder)
  for (let index = 0; index < count; index++) store.call({ command: 'ADD', id: containerId(index) })
  return { root, store, releaseFolder }
}

type Client = Awaited<ReturnType<typeof connectAgent>>

/** Asks a release agent and hears everything to the end. */
async function hear(client: Client, request: unknown): Promise<{ outcomes: unknown[]; done: unknown }> {
  await client.nextOf(frameKinds.hello)
  client.send(frameKinds.release, request)
  const outcomes: unknown[] = []
  for (;;) {
    const { kind, payload } = await client.next()
    const message: unknown = JSON.parse(new TextDecoder().decode(payload))
    if (kind === frameKinds.done) return { outcomes, done: message }
    if (kind !== frameKinds.outcome) throw new Error(`a frame of kind ${kind}: ${JSON.stringify(message)}`)
    outcomes.push(message)
  }
}

const resultsOf = (outcomes: readonly unknown[]) => outcomes.map(each => (each as Outcome).result)

describe.runIf(isAble)('a release agent', () => {
  test('gives back, lists and puts back, one request per session', async () => {
    const { root, store, releaseFolder } = await leakedHost(2)
    const agent = await startAgent(root, { releaseFolder })
    const before = await store.reserved()
    const given = await hear(await connectAgent(agent), orderFor(before))
    expect(given).toMatchObject({ done: { stopped: null } })
    expect(resultsOf(given.outcomes)).toEqual(Array(4).fill('released'))
    expect(await store.reserved()).toEqual([])
    expect(await hear(await connectAgent(agent), listing)).toMatchObject({ done: { runs: [{ kept: { length: 4 } }] } })
    expect(resultsOf((await hear(await connectAgent(agent), undoOf())).outcomes)).toEqual(Array(4).fill('put-back'))
    expect(await store.reserved()).toEqual(before)
  })

  test('collects no parts', async () => {
    const { root, releaseFolder } = await leakedHost(0)
    const client = await connectAgent(await startAgent(root, { releaseFolder }))
    client.send(frameKinds.collect, { parts: ['kernel'], partMs: 1000 })
    expect(await client.nextOf(frameKinds.failure)).toMatchObject({ code: 'FRAME_KIND' })
  })

  test.each<[string, object, object?]>([
    ['an address that is a path', { address: '../../etc/passwd' }],
    ['a network that is a path', { network: '..' }],
    ['a network that is hidden', { network: '.netcheck' }],
    ['another format', {}, { format: 2 }],
    ['a run that is a path', {}, { run: '../x' }],
  ])('refuses %s', async (_, reserved, changes = {}) => {
    const { root, releaseFolder, store } = await leakedHost(1)
    const client = await connectAgent(await startAgent(root, { releaseFolder }))
    const [first] = await store.reserved()
    client.send(frameKinds.release, { ...orderFor([]), addresses: [{ ...first, ...reserved }], ...changes })
    expect(await client.nextOf(frameKinds.failure)).toMatchObject({ code: 'FRAME_JSON' })
    expect(await store.reserved()).toHaveLength(2)
  })

  test('that is killed in the middle leaves nothing untold, and a second run does the rest', async () => {
    const { root, store, releaseFolder } = await leakedHost(40)
    const judged = await store.reserved()
    const first = await startAgent(root, { releaseFolder })
    const client = await connectAgent(first)
    await client.nextOf(frameKinds.hello)
    client.send(frameKinds.release, orderFor(judged))
    await client.nextOf(frameKinds.outcome)
    first.child.kill('SIGKILL')
    await first.ended
    const left = await store.reserved()
    expect(left.length).toBeGreaterThan(0)
    const second = await startAgent(root, { releaseFolder })
    const { done } = await hear(await connectAgent(second), listing)
    expect(done).toMatchObject({ runs: [{ complete: false, kept: { length: judged.length - left.length } }] })
    const rest = await hear(await connectAgent(second), orderFor(judged, { run: '20260102T030406Z-0badcafe' }))
    expect(resultsOf(rest.outcomes).filter(result => result === 'released')).toHaveLength(left.length)
    expect(await store.reserved()).toEqual([])
    for (const run of ['20260102T030405Z-0badcafe', '20260102T030406Z-0badcafe']) {
      await hear(await connectAgent(second), undoOf(run))
    }
    expect(await store.reserved()).toEqual(judged)
  })

  test('whose client goes away begins nothing new, and the journal tells what was done', async () => {
    const { root, store, releaseFolder } = await leakedHost(40)
    const judged = await store.reserved()
    const agent = await startAgent(root, { releaseFolder })
    const client = await connectAgent(agent)
    await client.nextOf(frameKinds.hello)
    client.send(frameKinds.release, orderFor(judged))
    await client.nextOf(frameKinds.outcome)
    client.ws.terminate()
    await client.closed
    const rest = await hear(await connectAgent(agent), orderFor(judged, { run: '20260102T030406Z-0badcafe' }))
    expect(resultsOf(rest.outcomes).filter(result => result === 'refused')).toEqual([])
    const { done } = await hear(await connectAgent(agent), listing)
    const { runs } = done as { runs: readonly { run: string; complete: boolean; kept: readonly unknown[] }[] }
    expect(runs.map(({ complete }) => complete)).toEqual([true, false])
    expect(runs.flatMap(({ kept }) => kept)).toHaveLength(judged.length)
  })
})

test('an ordinary agent cannot be told to write', async () => {
  const client = await connectAgent(await startAgent(await hostRoot()))
  client.send(frameKinds.release, listing)
  expect(await client.nextOf(frameKinds.failure)).toMatchObject({ code: 'FRAME_KIND' })
})
