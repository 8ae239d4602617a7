import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { replaySnapshot } from '../../plugin/bundle/replay.ts'
import { openBundle } from '../../plugin/bundle/source.ts'
import { isOk, type Part } from '../../shared/reading.ts'
import { launchHostAgent } from '../support/agent-process.ts'
import { needs } from '../support/requirements.ts'
import { hostRoot, temporaryFolder } from '../support/temporary-folder.ts'

const key = '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n'
const reservation = '/var/lib/cni/networks/cbr0/10.244.0.2'

/** A small host with its own /proc, so that nothing of this machine is read. */
const smallHost = (files: Readonly<Record<string, string>> = {}) =>
  hostRoot({
    '/proc/self': '',
    '/sys/kernel/x': '',
    '/etc/os-release': 'ID=debian\nVERSION_ID="12"\n',
    '/var/lib/kubelet/pki/kubelet-client-current.pem': key,
    [reservation]: `${'a'.repeat(64)}\r\neth0`,
    ...files,
  })

const record = async (...args: string[]) => await (await launchHostAgent(args)).ended

test('a recording is a file of its owner alone, and the plugin reads it without a cluster', async () => {
  const folder = await temporaryFolder()
  const file = `${folder}/n1.tar.gz`
  const { code, stdout, stderr } = await record('--once', file, '--root', await smallHost(), '--node', 'n1')
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
  expect(stderr).toMatch(/^netcheck: n1 is recorded: \d+ parts were read, \d+ are not there, \d+ could not be read\n$/)
  expect(await readdir(folder)).toEqual(['n1.tar.gz'])
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  const { nodes, version } = await replaySnapshot(await openBundle(file))
  expect(version).toMatchObject({ reason: 'not-recorded' })
  expect(nodes).toMatchObject([
    {
      name: 'n1',
      status: 'read',
      parts: {
        hostLocal: { value: { roots: [{ stores: { value: [{ reservations: [{ address: '10.244.0.2' }] }] } }] } },
      },
    },
  ])
})

test('to standard output goes the recording alone, and no private key is in it', async () => {
  const root = await smallHost()
  const folder = await temporaryFolder()
  const { child, ended } = await launchHostAgent(['--once', '-', '--root', root, '--node', 'n1'])
  const chunks: Buffer[] = []
  child.stdout?.on('data', chunk => chunks.push(chunk))
  expect((await ended).code).toBe(0)
  await writeFile(`${folder}/n1.tar.gz`, Buffer.concat(chunks))
  const source = await openBundle(`${folder}/n1.tar.gz`)
  const pem = await source.read('nodes/n1/files/var/lib/kubelet/pki/kubelet-client-current.pem')
  expect(Buffer.from(pem ?? []).toString()).toContain('(private key)')
  expect(execFileSync('tar', ['xzfO', `${folder}/n1.tar.gz`]).toString()).not.toContain('c2VjcmV0')
})

test('logs that people ask for are in it, and what was left out of them is named', async () => {
  const file = `${await temporaryFolder()}/n1.tar.gz`
  const root = await smallHost({ '/var/log/calico/cni/cni.log': 'no address\n', '/var/log/calico/felix.log': 'old\n' })
  await utimes(`${root}/var/log/calico/felix.log`, 1e9, 1e9)
  expect((await record('--once', file, '--root', root, '--node', 'n1')).code).toBe(0)
  const source = await openBundle(file)
  const textOf = async (path: string) => Buffer.from((await source.read(`nodes/n1/${path}`)) ?? []).toString()
  expect(await textOf('files/var/log/calico/cni/cni.log')).toBe('no address\n')
  expect(JSON.parse(await textOf('node.json')).errors).toContainEqual({
    what: '/var/log/calico/felix.log',
    message: expect.stringContaining('last written 2001-09-09'),
  })
})

test('what the replay reads is what was read', async () => {
  const file = `${await temporaryFolder()}/n1.tar.gz`
  const { stderr } = await record('--once', file, '--root', await smallHost(), '--node', 'n1')
  const [node] = (await replaySnapshot(await openBundle(file))).nodes
  if (node?.status !== 'read') throw new Error('the node was not read')
  const read = Object.values<Part<unknown>>(node.parts).filter(part => isOk(part)).length
  expect(stderr).toContain(`${read} parts were read`)
})

test.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)('at %s nothing stands under the final name', async signal => {
  const folder = await temporaryFolder()
  const { child } = await launchHostAgent(['--once', `${folder}/n1.tar.gz`, '--node', 'n1'])
  while ((await readdir(folder)).length === 0) await new Promise(resolve => setImmediate(resolve))
  child.kill(signal)
  await once(child, 'exit')
  const left = await readdir(folder)
  expect(left).not.toContain('n1.tar.gz')
  if (signal !== 'SIGKILL') expect(left).toEqual([])
})

test('that nobody reads it to its end is status 2', async () => {
  const { child, ended } = await launchHostAgent(['--once', '-', '--root', await smallHost(), '--node', 'n1'])
  child.stdout?.destroy()
  const { code, stderr } = await ended
  expect(code).toBe(2)
  expect(stderr).toBe('netcheck: standard output cannot be written: nobody reads it to its end\n')
})

test('a folder under the name of the file stays as it is', async () => {
  const folder = await temporaryFolder()
  await mkdir(`${folder}/n1.tar.gz`)
  const { code, stderr } = await record('--once', `${folder}/n1.tar.gz`, '--root', await smallHost(), '--node', 'n1')
  expect(stderr).toBe(`netcheck: ${folder}/n1.tar.gz cannot be written: it is a folder\n`)
  expect(code).toBe(2)
  expect(await readdir(folder)).toEqual(['n1.tar.gz'])
})

const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
  ['a folder that is not there', ['--once', '/nowhere/x.tar.gz'], /there is no folder \/nowhere$/],
  ['a root that is not there', ['--once', '-', '--root', '/nowhere'], /\/nowhere/],
  ['a root that is no absolute path', ['--once', '-', '--root', 'x'], /no absolute path; usage: /],
  ['a name that is none', ['--once', '-', '--node', '../x'], /no name of a node; usage: /],
  ['an unknown option', ['--twice'], /the arguments are wrong; usage: /],
  ['nothing to write', ['--node', 'x'], /not said what to write; usage: /],
]

test.each(wrong)('%s is one line on stderr and status 2', async (_, args, message) => {
  const { code, stdout, stderr } = await record('--node', 'n1', ...args)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr.trimEnd()).toMatch(message)
  expect(stderr.trimEnd().split('\n')).toHaveLength(1)
})

describe.runIf(needs('recordings that cannot be written', 'root'))('as root', () => {
  test('a full disk leaves nothing and says so', async () => {
    const folder = `${await temporaryFolder()}/small`
    await mkdir(folder)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'none', folder])
    onTestFinished(() => void execFileSync('umount', [folder]))
    const noise = Array.from({ length: 40_000 }, (_, at) => `${at * 7919} ${at ^ 0x5bd1}`).join('\n')
    const root = await smallHost({ '/etc/resolv.conf': noise, '/etc/os-release': noise, '/proc/net/arp': noise })
    const { code, stderr } = await record('--once', `${folder}/n1.tar.gz`, '--root', root, '--node', 'n1')
    expect(stderr).toBe(`netcheck: ${folder}/n1.tar.gz cannot be written: no space is left\n`)
    expect(code).toBe(2)
    expect(await readdir(folder)).toEqual([])
  })

  test('a folder of somebody else is refused', async () => {
    const folder = await temporaryFolder()
    const { ended } = await launchHostAgent(['--once', `${folder}/n1.tar.gz`], { uid: 65534 })
    const { code, stderr } = await ended
    expect(stderr).toBe(`netcheck: ${folder}/n1.tar.gz cannot be written: ${folder} may not be written to\n`)
    expect(code).toBe(2)
  })
})
