import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { describe, expect, onTestFinished, test } from 'vitest'
import { callRuntime } from '../../../agent/cri/call.ts'
import { callUnary } from '../../../agent/cri/grpc.ts'
import { decodeMessage } from '../../../agent/cri/protobuf.ts'
import { criRequests } from '../../../agent/cri/requests.ts'
import type { CriCall } from '../../../shared/host.ts'
import { needs } from '../../support/requirements.ts'
import { hostRoot } from '../../support/temporary-folder.ts'

const socket = '/run/containerd.sock'

/** A containerd of its own below a root; it holds no containers and ends with the test. */
async function startContainerd(): Promise<string> {
  const root = await hostRoot({ '/run/x': '' })
  const settings = [
    'version = 2',
    `root = "${root}/root"`,
    `state = "${root}/state"`,
    `[grpc]\naddress = "${root}${socket}"`,
    `[plugins."io.containerd.grpc.v1.cri".containerd]\nsnapshotter = "native"`,
  ]
  await writeFile(`${root}/config.toml`, settings.join('\n'))
  const child = spawn('containerd', ['--config', `${root}/config.toml`], { stdio: ['ignore', 'ignore', 'pipe'] })
  const closed = once(child, 'close')
  onTestFinished(async () => {
    child.kill('SIGTERM')
    await closed
  })
  for await (const line of createInterface(child.stderr)) {
    if (line.includes('containerd successfully booted')) break
  }
  child.stderr.resume()
  return root
}

describe.runIf(needs('a real containerd', 'root', 'containerd'))('a real containerd', () => {
  test('answers every call', async () => {
    const root = await startContainerd()
    const ask = (call: CriCall) => callRuntime({ root, proc: '/proc', sys: '/sys' }, [socket], call)
    expect(await ask('version')).toMatchObject({
      value: { runtimeName: 'containerd', runtimeApiVersion: expect.stringMatching(/^v1/) },
    })
    expect(await ask('status')).toMatchObject({
      value: {
        status: { conditions: expect.arrayContaining([expect.objectContaining({ type: 'NetworkReady' })]) },
        info: { config: expect.stringContaining('"binDir"'), cniconfig: expect.any(String) },
      },
    })
    expect(await ask('pod-sandboxes')).toEqual({ status: 'ok', value: { items: [] } })
    expect(await ask('containers')).toEqual({ status: 'ok', value: { containers: [] } })
  })

  test('knows no other service, and says so as gRPC does', async () => {
    const root = await startContainerd()
    const call = { socket: root + socket, body: new Uint8Array(), timeoutMs: 5_000, mostBytes: 10_000 }
    await expect(callUnary({ ...call, path: '/runtime.v9.RuntimeService/Version' })).rejects.toMatchObject({
      reason: 'unsupported',
    })
    const reply = await callUnary({ ...call, path: '/runtime.v1.RuntimeService/Version' })
    expect(decodeMessage(criRequests.version.reply, reply)).toMatchObject({ runtimeName: 'containerd' })
  })
})
