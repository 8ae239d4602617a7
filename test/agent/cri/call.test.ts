import { once } from 'node:events'
import { symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { Code } from '@connectrpc/connect'
import { expect, onTestFinished, test } from 'vitest'
import { callRuntime } from '../../../agent/cri/call.ts'
import { callUnary } from '../../../agent/cri/grpc.ts'
import type { CriCall } from '../../../shared/host.ts'
import { refuse, sandboxes, startRuntime } from '../../support/cri/fake-runtime.ts'
import { hostRoot } from '../../support/temporary-folder.ts'

const first = '/run/first.sock'
const second = '/run/second.sock'

const call = (root: string, name: CriCall, ...sockets: readonly string[]) =>
  callRuntime({ root, proc: '/proc', sys: '/sys' }, sockets, name)

/** A host on whose `/run` sockets can be put. */
const host = () => hostRoot({ '/run/x': '' })

test('every call is answered with protobuf JSON, defaults included', async () => {
  const root = await host()
  await startRuntime(root + first, {
    status: request => ({
      status: { conditions: [{ type: 'NetworkReady', status: false, reason: 'NetworkPluginNotReady' }] },
      info: { cniconfig: request.verbose ? '{}' : 'not asked' },
    }),
    listPodSandbox: () => sandboxes(2),
    listContainers: () => ({ containers: [{ id: 'c', podSandboxId: 's', metadata: { name: 'web' }, state: 1 }] }),
  })
  expect(await call(root, 'version', first)).toEqual({
    status: 'ok',
    value: { version: '0.1.0', runtimeName: 'fake', runtimeVersion: '1.2.3', runtimeApiVersion: 'v1' },
  })
  expect(await call(root, 'status', first)).toMatchObject({
    value: { status: { conditions: [{ status: false, message: '' }] }, info: { cniconfig: '{}' } },
  })
  expect(await call(root, 'pod-sandboxes', first)).toMatchObject({
    value: {
      items: [
        { state: 'SANDBOX_READY', createdAt: '1795231970781500392', runtimeHandler: '', metadata: { attempt: 0 } },
        { state: 'SANDBOX_NOTREADY', metadata: { name: 'web-1', uid: 'uid-1', namespace: 'shop', attempt: 1 } },
      ],
    },
  })
  expect(await call(root, 'containers', first)).toMatchObject({
    value: { containers: [{ state: 'CONTAINER_RUNNING', labels: {}, metadata: { name: 'web', attempt: 0 } }] },
  })
})

test('thousands of sandboxes are listed', async () => {
  const root = await host()
  await startRuntime(root + first, { listPodSandbox: () => sandboxes(20_000) })
  const reading = await call(root, 'pod-sandboxes', first)
  expect(reading.status === 'ok' && Object(reading.value).items).toHaveLength(20_000)
})

test('a runtime that knows only the older name is asked by that', async () => {
  const root = await host()
  await startRuntime(root + first, {}, 'v1alpha2')
  expect(await call(root, 'version', first)).toMatchObject({ value: { runtimeName: 'fake' } })
})

test('a socket that nobody serves is passed over', async () => {
  const root = await host()
  await startRuntime(root + second, {})
  expect(await call(root, 'version', first, second)).toMatchObject({ value: { runtimeName: 'fake' } })
})

test('a service that is no runtime for Kubernetes is passed over, and named when there is no other', async () => {
  const root = await host()
  await startRuntime(root + first, { version: refuse(Code.Unimplemented, 'unknown service') })
  expect(await call(root, 'version', first)).toMatchObject({
    reason: 'unsupported',
    detail: expect.stringMatching(/^\/run\/first.sock: .*unknown service/),
  })
  await startRuntime(root + second, {})
  expect(await call(root, 'version', first, second)).toMatchObject({ value: { runtimeName: 'fake' } })
})

test('without any runtime the answer is missing', async () => {
  const root = await host()
  const stale = createServer().listen(root + first)
  await once(stale, 'listening')
  // The file of a socket stays when its process is killed.
  await symlink('first.sock', root + second)
  stale.close()
  expect(await call(root, 'version', first, second)).toMatchObject({
    reason: 'missing',
    detail: 'no container runtime listens on /run/first.sock, /run/second.sock',
  })
  expect(await call(root, 'version')).toMatchObject({ reason: 'missing' })
})

test.each([
  [Code.PermissionDenied, 'denied'],
  [Code.DeadlineExceeded, 'timeout'],
  [Code.ResourceExhausted, 'too-large'],
  [Code.Internal, 'failed'],
])('status %i is %s, with what the runtime says, and no other socket is asked', async (code, reason) => {
  const root = await host()
  await startRuntime(root + first, { version: refuse(code, 'because of “x”') })
  await startRuntime(root + second, {})
  expect(await call(root, 'version', first, second)).toMatchObject({
    reason,
    detail: expect.stringContaining('because of “x”'),
  })
})

test('a file in the place of the socket has failed', async () => {
  const root = await host()
  await writeFile(root + first, '')
  expect(await call(root, 'version', first)).toMatchObject({ reason: 'failed', detail: '/run/first.sock is no socket' })
})

test('a socket behind an absolute link is found below the root', async () => {
  const root = await host()
  await startRuntime(root + first, {})
  await symlink('/run', `${root}/var-run`)
  expect(await call(root, 'version', '/var-run/first.sock')).toMatchObject({ status: 'ok' })
})

const unary = { path: '/runtime.v1.RuntimeService/ListPodSandbox', body: new Uint8Array(), mostBytes: 1_000 }

/** A socket that does not speak gRPC. */
async function serve(root: string, listener: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(listener).listen(root + first)
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return root + first
}

test('one that says nothing is a timeout', async () => {
  const root = await host()
  const socket = await serve(root, connection => onTestFinished(() => void connection.destroy()))
  await expect(callUnary({ ...unary, socket, timeoutMs: 200 })).rejects.toMatchObject({ reason: 'timeout' })
})

test.each([
  ['one that hangs up', ''],
  ['one that speaks HTTP/1', 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'],
])('%s has failed', async (_, says) => {
  const root = await host()
  await serve(root, connection => connection.end(says))
  expect(await call(root, 'version', first)).toMatchObject({ reason: 'failed' })
})

test('more than the limit is too large', async () => {
  const root = await host()
  await startRuntime(root + first, { listPodSandbox: () => sandboxes(100) })
  const socket = root + first
  await expect(callUnary({ ...unary, socket, timeoutMs: 5_000 })).rejects.toMatchObject({ reason: 'too-large' })
})
