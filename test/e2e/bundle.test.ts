import { execFileSync } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { BreakerName } from '../cluster/breakers/breakers.ts'
import { needs } from '../support/requirements.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { begin, netcheck } from './support/cli.ts'
import { breakFor, isForeign, openTarget, type Target } from './support/target.ts'
import { tracesAfter, untilTraceOf } from './support/traces.ts'

// Each records, packs and judges a whole cluster, some twice.
vi.setConfig({ testTimeout: 90_000 })

let target: Target
beforeAll(async () => {
  target = await openTarget()
})
afterAll(() => target.stop())

const bundle = (...args: readonly string[]) => netcheck('bundle', '--kubeconfig', target.kubeconfig, ...args)
const inside = (path: string, name: string) =>
  execFileSync('tar', ['xzfO', path, '--wildcards', `*/${name}`], { maxBuffer: 64 << 20 }).toString()
const names = (path: string) =>
  execFileSync('tar', ['tzf', path])
    .toString()
    .trim()
    .split('\n')
    .map(name => name.replace(/^[^/]+\//, ''))

/** The report that stands in a bundle, and what `analyze` says of the same bundle. */
async function bothReports(path: string): Promise<{ written: unknown; analyzed: unknown }> {
  const { stdout } = await netcheck('analyze', path, '-o', 'json')
  return { written: JSON.parse(inside(path, 'report.json')), analyzed: JSON.parse(stdout) }
}

test('a healthy cluster is recorded whole, and the recording says what the run said', async () => {
  const path = `${await temporaryFolder()}/b.tar.gz`
  const { exitCode, stdout, stderr } = await bundle('-f', path)
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.not.stringContaining('error') })
  expect(stdout).toMatch(new RegExp(`^${path}: [\\d.]+ [kM]B, \\d+ files, (\\d+) of \\1 nodes\\n`))
  const found = names(path)
  expect(new Set(found).size).toBe(found.length)
  expect(found).toEqual(
    expect.arrayContaining(['bundle.json', 'README.txt', 'report.txt', 'report.html', 'collection.json']),
  )
  expect(found.filter(name => /^nodes\/[^/]+\/node\.json$/.test(name)).length).toBeGreaterThan(0)
  expect(JSON.parse(inside(path, 'bundle.json'))).not.toHaveProperty('partial')
  const { written, analyzed } = await bothReports(path)
  expect(analyzed).toEqual(written)
  expect(await tracesAfter(target.kubeconfig, 5_000)).toEqual([])
})

describe.skipIf(isForeign)('with faults', () => {
  test.each<[BreakerName, string]>([
    ['missing-plugin', 'CNI003'],
    ['kube-proxy-crash', 'PRX001'],
  ])('%s is named first in the recording, as in the run', async (name, code) => {
    await breakFor(target, name)
    const path = `${await temporaryFolder()}/b.tar.gz`
    expect(await bundle('-f', path)).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^\d root cause/m) })
    const { written, analyzed } = await bothReports(path)
    expect(analyzed).toEqual(written)
    expect(Object(analyzed).rootCauses[0]).toMatchObject({ code })
  })

  test('a node that cannot be read makes the bundle partial, with the reason, and exit code 3', async () => {
    await breakFor(target, 'node-not-ready')
    const path = `${await temporaryFolder()}/b.tar.gz`
    const { exitCode, stdout } = await bundle('-f', path, '--node-timeout', '8s')
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: expect.stringContaining('partial: 1 node not read') })
    expect(JSON.parse(inside(path, 'bundle.json'))).toMatchObject({ partial: '1 node not read' })
    expect(JSON.parse(inside(path, 'collection.json'))).toMatchObject({ nodes: { notRead: [{ node: 'node2' }] } })
    expect(inside(path, 'README.txt')).toContain('node node2: ')
  })
})

test('under other names a bundle holds no name of a node, and the file that tells them stays beside it', async () => {
  const folder = await temporaryFolder()
  const path = `${folder}/b.tar.gz`
  const { exitCode, stdout, stderr } = await bundle('-f', path, '--redact', 'addresses,names')
  expect({ exitCode, stdout, stderr }).toEqual({
    exitCode: 0,
    stdout: expect.not.stringContaining('not in it'),
    stderr: expect.stringContaining(`${folder}/b.map.json`),
  })
  expect((await stat(`${folder}/b.map.json`)).mode & 0o777).toBe(0o600)
  const known = Object.keys(JSON.parse(await readFile(`${folder}/b.map.json`, 'utf8')).names)
  const nodes = isForeign ? known.slice(0, 1) : ['node1', 'node2', 'node3']
  expect(known).toEqual(expect.arrayContaining(nodes))
  expect(JSON.parse(inside(path, 'bundle.json'))).toMatchObject({ redacted: true })
  const all = execFileSync('tar', ['xzfO', path], { maxBuffer: 256 << 20 }).toString('latin1')
  for (const node of nodes) expect(`${names(path).join(' ')} ${all}`).not.toMatch(new RegExp(`\\b${node}\\b`))
})

test('to stdout go the bytes of the bundle, and nothing else', async () => {
  const path = `${await temporaryFolder()}/b.tar.gz`
  const run = begin('bundle', '--kubeconfig', target.kubeconfig, '-f', '-', '--no-agent')
  const file = createWriteStream(path)
  run.stdout?.pipe(file)
  const { exitCode, stderr } = await run
  await new Promise<void>(resolve => (file.closed ? resolve() : file.once('close', resolve)))
  expect(exitCode).toBe(0)
  expect(stderr).toContain('anything of nodes (--no-agent)')
  expect(names(path)).toEqual(
    expect.arrayContaining(['cluster/resources/core/v1/pods.json', 'report.txt', 'bundle.json']),
  )
  expect(names(path).some(name => name.startsWith('nodes/'))).toBe(false)
})

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  '%s in the middle leaves a whole archive that says so, and nothing in the cluster',
  async (signal, code) => {
    const folder = await temporaryFolder()
    const run = begin('bundle', '--kubeconfig', target.kubeconfig, '-f', `${folder}/b.tar.gz`)
    await untilTraceOf(target.kubeconfig, 'pods/')
    run.kill(signal)
    const { exitCode, stderr } = await run
    expect({ exitCode, stderr }).toEqual({ exitCode: code, stderr: expect.stringContaining('interrupted') })
    expect(await readdir(folder)).toEqual(['b.tar.gz'])
    expect(JSON.parse(inside(`${folder}/b.tar.gz`, 'bundle.json'))).toMatchObject({
      partial: expect.stringContaining('interrupted'),
    })
    expect((await netcheck('analyze', `${folder}/b.tar.gz`)).exitCode).not.toBe(2)
    expect(await tracesAfter(target.kubeconfig, 10_000)).toEqual([])
  },
)

test('what is there already is not overwritten', async () => {
  const path = `${await temporaryFolder()}/b.tar.gz`
  await writeFile(path, 'mine')
  const { exitCode, stderr } = await bundle('-f', path)
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining('is there already') })
  expect(await tracesAfter(target.kubeconfig, 0)).toEqual([])
})

test('a folder that cannot be written to is told before anything is created', async () => {
  const { exitCode, stderr } = await bundle('-f', '/nowhere/b.tar.gz')
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining('there is no folder /nowhere') })
  expect(await tracesAfter(target.kubeconfig, 0)).toEqual([])
})

describe.runIf(needs('bundles on a full disk', 'root'))('as root', () => {
  test('a full disk leaves what was written before, and exit code 3', async () => {
    const folder = `${await temporaryFolder()}/small`
    await mkdir(folder)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=40k', 'none', folder])
    onTestFinished(() => void execFileSync('umount', [folder]))
    const { exitCode, stdout } = await bundle('-f', `${folder}/b.tar.gz`)
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: expect.stringContaining('no space is left') })
    expect(await readdir(folder)).toEqual(['b.tar.gz'])
    expect(JSON.parse(inside(`${folder}/b.tar.gz`, 'bundle.json'))).toMatchObject({
      partial: expect.stringContaining('no space'),
    })
    expect(await tracesAfter(target.kubeconfig, 10_000)).toEqual([])
  })
})
