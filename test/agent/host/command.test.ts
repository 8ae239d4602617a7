import { execFileSync } from 'node:child_process'
import { copyFile, mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { perform, runCommand } from '../../../agent/host/command.ts'
import { childKilobytes } from '../../../agent/host/memory.ts'
import { needs } from '../../support/requirements.ts'
import { hostRoot, temporaryFolder } from '../../support/temporary-folder.ts'

const run = (script: string, bounds: { timeoutMs?: number; mostBytes?: number } = {}) =>
  perform(['/bin/sh', '-c', script], { shown: ['sh'], timeoutMs: 5_000, mostBytes: 1_000, ...bounds })

const mounts = (root: string) => ({ root, proc: '/proc', sys: '/sys' })

test('output, errors and exit code are handed over', async () => {
  expect(await run('echo out; echo err >&2; exit 3')).toEqual({
    status: 'ok',
    value: { argv: ['sh'], exitCode: 3, stdout: 'out\n', stderr: 'err\n', durationMs: expect.any(Number) },
  })
})

test('a program sees a clean environment and no input', async () => {
  process.env.NETCHECK_TEST_SECRET = 'x'
  const reading = await run('env; cat')
  delete process.env.NETCHECK_TEST_SECRET
  expect(reading).toMatchObject({ value: { stdout: expect.stringMatching(/^LC_ALL=C$/m) } })
  expect(JSON.stringify(reading)).not.toContain('SECRET')
})

test('a program that hangs is killed with all that it started', async () => {
  const folder = await temporaryFolder()
  const reading = await run(`sleep 1000 & echo $! > ${folder}/pid; wait`, { timeoutMs: 300 })
  expect(reading).toMatchObject({ reason: 'timeout', detail: 'sh did not end within 300 ms' })
  const pid = Number(await readFile(`${folder}/pid`, 'utf8'))
  await expect.poll(() => isDead(pid)).toBe(true)
})

test('a child that leaves the group does not hold up the answer', async () => {
  const file = `${await temporaryFolder()}/pid`
  const reading = await run(`setsid sleep 1000 & echo $! > ${file}; sleep 1000`, { timeoutMs: 300 })
  expect(reading).toMatchObject({ reason: 'timeout' })
  const pid = Number(await readFile(file, 'utf8'))
  onTestFinished(() => void process.kill(pid))
  expect(await isDead(pid)).toBe(false)
})

test('endless output is cut off', async () => {
  expect(await run('yes')).toMatchObject({ reason: 'too-large', detail: 'sh printed more than 1000 bytes' })
  expect(await run('yes >&2 & sleep 0.2; kill $!')).toMatchObject({ value: { stdout: '' } })
})

test('a program that wants more memory than it may is too large, and one that does not is run as it is', async () => {
  const bounds = { shown: ['node'], timeoutMs: 10_000, mostBytes: 1_000, kilobytes: 8 << 10 }
  expect(await perform(['/bin/sh', '-c', 'ulimit -v; echo "$1"', 'sh', 'a b'], bounds)).toMatchObject({
    value: { exitCode: 0, stdout: '8192\na b\n' },
  })
  const greedy = ['/bin/sh', '-c', 'echo "utils.c:38: Memory allocation failure" >&2; exit 2']
  expect(await perform(greedy, bounds)).toMatchObject({ reason: 'too-large', detail: 'node needs more than 8 MB' })
  const complaint = "nft: json.c:531: relational_expr_json: Assertion `__out' failed."
  const surprised = ['/bin/sh', '-c', 'echo "$0" >&2; kill -ABRT $$', complaint]
  expect(await perform(surprised, bounds)).toMatchObject({ reason: 'too-large' })
})

test('programs may take half of what this process may, and anything where it has no limit', () => {
  expect(childKilobytes(192 << 20)).toBe(96 << 10)
  expect([undefined, 0, 2 ** 64].map(childKilobytes)).toEqual([null, null, null])
})

test('a program that is killed has failed', async () => {
  expect(await run('kill -9 $$')).toMatchObject({ reason: 'failed' })
})

test('a host without the program answers missing', async () => {
  const root = await hostRoot()
  expect(await runCommand(mounts(root), 'ip-addr')).toEqual({
    status: 'unavailable',
    reason: 'missing',
    detail: 'the host has no program ip',
  })
})

test('a file that cannot be executed is no program', async () => {
  const root = await hostRoot({ '/usr/sbin/ip': 'text' })
  expect(await runCommand(mounts(root), 'ip-addr')).toMatchObject({ reason: 'missing' })
})

describe.runIf(needs('commands in the root of a host', 'root', 'iproute2'))('in the root of a host', () => {
  test('the program of that root is run there', async () => {
    const root = await hostRoot()
    await install('ip', root)
    const reading = await runCommand(mounts(root), 'ip-addr')
    expect(reading).toMatchObject({ value: { argv: ['ip', '-j', 'addr'], exitCode: 0, stderr: '' } })
    const links: unknown = reading.status === 'ok' ? JSON.parse(reading.value.stdout) : null
    expect(links).toContainEqual(expect.objectContaining({ ifname: 'lo' }))
  })

  test('with the root / it is run directly', async () => {
    expect(await runCommand(mounts(''), 'ip-link')).toMatchObject({ value: { exitCode: 0 } })
  })
})

/** Gone, or dead and not yet collected by its parent. */
const isDead = (pid: number): Promise<boolean> =>
  readFile(`/proc/${pid}/stat`, 'utf8').then(
    stat => / Z /.test(stat),
    () => true,
  )

/** Copies a program and the libraries that it needs into a root. */
async function install(program: string, root: string): Promise<void> {
  const path = execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim()
  const libraries = execFileSync('ldd', [path], { encoding: 'utf8' }).match(/\/\S+/g) ?? []
  for (const [from, to] of [[path, `/usr/sbin/${program}`], ...libraries.map(library => [library, library])]) {
    await mkdir(dirname(`${root}${to}`), { recursive: true })
    await copyFile(String(from), `${root}${to}`)
  }
}
