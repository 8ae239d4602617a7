import { EventEmitter, once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { decodeFrame, frameKinds } from '../../shared/protocol/frame.ts'
import { connectAgent } from '../support/agent-client.ts'
import { launchAgent, startAgent } from '../support/agent-process.ts'
import { startRuntime } from '../support/cri/fake-runtime.ts'
import { hostRoot, temporaryFolder } from '../support/temporary-folder.ts'

test('it prints one ready line and nothing else', async () => {
  const agent = await startAgent(await hostRoot())
  agent.child.kill('SIGTERM')
  const { stdout, stderr } = await agent.ended
  expect(stdout.split('\n')).toHaveLength(2)
  expect(JSON.parse(stdout)).toEqual({ netcheck: 'ready', protocol: 1, port: agent.port })
  expect(stderr).toBe('')
})

test.each(['SIGTERM', 'SIGINT'] as const)('it leaves at once at %s, also in the middle of a session', async signal => {
  const root = await hostRoot()
  const runtime = new EventEmitter()
  const asked = once(runtime, 'asked')
  await startRuntime(`${root}/run/containerd/containerd.sock`, {
    listPodSandbox: () => {
      runtime.emit('asked')
      return new Promise<never>(() => {})
    },
  })
  const agent = await startAgent(root)
  const client = await connectAgent(agent)
  await client.nextOf(frameKinds.hello)
  const kinds: number[] = []
  client.ws.on('message', (data: Uint8Array) => kinds.push(decodeFrame(data).kind))
  client.send(frameKinds.collect, { parts: ['sandboxes'], partMs: 60_000 })
  await asked
  agent.child.kill(signal)
  expect((await agent.ended).code).toBe(0)
  await client.closed
  // Had it waited for the runtime, it would have told what came of it.
  expect(kinds.filter(kind => kind !== frameKinds.progress)).toEqual([])
})

test('it leaves when nobody ever comes', async () => {
  const { ended } = await startAgent(await hostRoot(), { env: { NETCHECK_IDLE_SECONDS: '0.2' } })
  expect((await ended).code).toBe(0)
})

test('it stays while somebody is connected, and leaves some time after the last one has left', async () => {
  const agent = await startAgent(await hostRoot(), { env: { NETCHECK_IDLE_SECONDS: '2' } })
  const client = await connectAgent(agent)
  const alone = await Promise.race([agent.ended, new Promise(resolve => setTimeout(resolve, 2_200, 'still there'))])
  expect(alone).toBe('still there')
  client.ws.close()
  expect((await agent.ended).code).toBe(0)
})

test('it refuses to run once the run is over', async () => {
  const { ended } = await launchAgent({ NETCHECK_HOST_ROOT: await hostRoot(), NETCHECK_UNTIL: '2020-01-01T00:00:00Z' })
  const { code, stdout, stderr } = await ended
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
  expect(stderr).toMatch(/^netcheck: the run is over since 2020-01-01T00:00:00.000Z\n$/)
})

test('it runs while the run is not over', async () => {
  await startAgent(await hostRoot(), { env: { NETCHECK_UNTIL: '2999-01-01T00:00:00+02:00' } })
})

const wrong: readonly (readonly [string, Record<string, string>, RegExp])[] = [
  ['no node name', { NETCHECK_NODE: '' }, /NETCHECK_NODE/],
  ['a token file that is not there', { NETCHECK_TOKEN_FILE: '/nowhere/token' }, /\/nowhere\/token/],
  ['a token file without a token', { NETCHECK_TOKEN_FILE: '/dev/null' }, /no token/],
  ['an instant that is none', { NETCHECK_UNTIL: 'tomorrow' }, /NETCHECK_UNTIL/],
  ['a time that is none', { NETCHECK_IDLE_SECONDS: 'soon' }, /NETCHECK_IDLE_SECONDS/],
  ['a root that is not there', { NETCHECK_HOST_ROOT: '/nowhere' }, /\/nowhere/],
  ['a /proc that is none', { NETCHECK_PROC: '/tmp' }, /\/tmp/],
]

test.each(wrong)('%s is one line on stderr and status 1', async (_, env, message) => {
  const { ended } = await launchAgent({ NETCHECK_HOST_ROOT: await hostRoot(), ...env })
  const { code, stdout, stderr } = await ended
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(message)
  expect(stderr.trimEnd().split('\n')).toHaveLength(1)
})

test('an empty root is refused: everything would read as missing', async () => {
  const root = `${await temporaryFolder()}/host`
  await mkdir(root)
  const { code, stderr } = await (await launchAgent({ NETCHECK_HOST_ROOT: root })).ended
  expect(code).toBe(1)
  expect(stderr).toContain('is empty: nothing is mounted there')
})
