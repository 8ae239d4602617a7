import { writeFile } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { begin, netcheck, type Outcome } from './support/cli.ts'
import { openTarget, type Target } from './support/target.ts'
import { traces } from './support/traces.ts'

let target: Target
beforeAll(async () => {
  target = await openTarget()
})
afterAll(() => target.stop())

test('an unknown node is named, and the known ones too', async () => {
  await expectMistake(netcheck('nodes', 'no-such-node', '--kubeconfig', target.kubeconfig), /no-such-node/)
})

test('an unknown context is named', async () => {
  await expectMistake(netcheck('nodes', '--context', 'nowhere', '--kubeconfig', target.kubeconfig), /nowhere/)
})

test('an unknown namespace is named', async () => {
  await expectMistake(netcheck('nodes', '-n', 'no-such-place', '--kubeconfig', target.kubeconfig), /no-such-place/)
})

test('a kubeconfig that is not there is named', async () => {
  await expectMistake(netcheck('nodes', '--kubeconfig', '/nowhere/config'), /\/nowhere\/config/)
})

test('a reader that closes stderr does not make the program crash', async () => {
  const run = begin('nodes', '--kubeconfig', '/nowhere/config')
  run.stderr?.destroy()
  expect(await run).toMatchObject({ exitCode: 2 })
})

test('a kubeconfig that is no YAML is named', async () => {
  const file = await writeKubeconfig('clusters: [')
  await expectMistake(netcheck('nodes', '--kubeconfig', file), /kubeconfig/)
})

test('an API server that nobody runs is named by its address', async () => {
  const file = await writeKubeconfig(kubeconfigFor('https://127.0.0.1:1'))
  await expectMistake(netcheck('nodes', '--kubeconfig', file), /127\.0\.0\.1:1\b/)
})

test('a server that speaks no TLS is named by its address', async () => {
  const { address, file } = await serve(socket => socket.end('SSH-2.0-OpenSSH_9.2\r\n'))
  await expectMistake(netcheck('nodes', '--kubeconfig', file), new RegExp(address))
})

test('a server that never answers does not hold up a run with a short time-out', async () => {
  const { address, file } = await serve(() => {})
  await expectMistake(
    netcheck('nodes', '--kubeconfig', file, '--timeout', '1s'),
    new RegExp(`${address} did not answer`),
  )
})

test('an interruption ends the wait for a server that never answers', async () => {
  const called = new AbortController()
  const { file } = await serve(() => called.abort())
  const run = begin('nodes', '--kubeconfig', file)
  called.signal.addEventListener('abort', () => run.kill('SIGINT'))
  expect(await run).toMatchObject({ exitCode: 130, stdout: '', stderr: '' })
})

/** A server on loopback that treats each caller so, and a kubeconfig that leads to it. */
async function serve(treat: (socket: Socket) => void): Promise<{ readonly address: string; readonly file: string }> {
  const callers = new Set<Socket>()
  const server = createServer(socket => {
    callers.add(socket)
    treat(socket)
  })
  onTestFinished(() => {
    server.close()
    for (const socket of callers) socket.destroy()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const info = server.address()
  const address = `127.0.0.1:${typeof info === 'object' ? info?.port : 0}`
  return { address, file: await writeKubeconfig(kubeconfigFor(`https://${address}`)) }
}

/** One line with the reason, a hint below, exit code 2, nothing on stdout, nothing in the cluster. */
async function expectMistake(run: Promise<Outcome>, words: RegExp): Promise<void> {
  const { exitCode, stdout, stderr } = await run
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  expect(stderr).toMatch(/^error: .+/)
  expect(stderr).toMatch(words)
  expect(stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(2)
  expect(await traces(target.kubeconfig)).toEqual([])
}

async function writeKubeconfig(text: string): Promise<string> {
  const file = join(await temporaryFolder(), 'config')
  await writeFile(file, text)
  return file
}

const kubeconfigFor = (server: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'it',
    clusters: [{ name: 'it', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'it', user: { token: 'x' } }],
    contexts: [{ name: 'it', context: { cluster: 'it', user: 'it' } }],
  })
