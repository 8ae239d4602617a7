import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { netcheck, type Outcome } from './support/cli.ts'
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

test('a kubeconfig that is no YAML is named', async () => {
  const file = await writeKubeconfig('clusters: [')
  await expectMistake(netcheck('nodes', '--kubeconfig', file), /kubeconfig/)
})

test('an API server that nobody runs is named by its address', async () => {
  const file = await writeKubeconfig(kubeconfigFor('https://127.0.0.1:1'))
  await expectMistake(netcheck('nodes', '--kubeconfig', file), /127\.0\.0\.1:1\b/)
})

test('a server that speaks no TLS is named by its address', async () => {
  const server = createServer(socket => socket.end('SSH-2.0-OpenSSH_9.2\r\n'))
  onTestFinished(() => void server.close())
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const file = await writeKubeconfig(kubeconfigFor(`https://127.0.0.1:${port}`))
  await expectMistake(netcheck('nodes', '--kubeconfig', file), new RegExp(`127\\.0\\.0\\.1:${port}`))
})

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
