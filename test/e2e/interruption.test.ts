import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { begin, program } from './support/cli.ts'
import { isForeign, openTarget, type Target } from './support/target.ts'
import { traces, tracesAfter, untilTraceOf } from './support/traces.ts'

let target: Target
beforeAll(async () => {
  target = await openTarget()
})
afterAll(() => target.stop())

/** Longest life of what a killed client leaves, and what the cluster then takes to remove it. */
const deadlineMs = 150_000

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends the run, and what it created is removed first', async (signal, code) => {
  const run = begin('nodes', '--kubeconfig', target.kubeconfig)
  await untilTraceOf(target.kubeconfig, 'pods/')
  run.kill(signal)
  const { exitCode, stderr } = await run
  expect({ exitCode, stderr }).toEqual({ exitCode: code, stderr: expect.stringContaining('interrupted') })
  expect(await tracesAfter(target.kubeconfig, 10_000)).toEqual([])
})

test('a signal before anything was created ends the run at once', async () => {
  const run = begin('nodes', '--kubeconfig', target.kubeconfig)
  run.once('spawn', () => run.kill('SIGINT'))
  const { exitCode, signal } = await run
  expect(signal ?? exitCode).toBeOneOf(['SIGINT', 130])
  expect(await tracesAfter(target.kubeconfig, 10_000)).toEqual([])
})

test('a reader that closes the pipe gets its line, and everything is removed', async () => {
  const script = '"$@" 2>/dev/null | head -n 1'
  const { stdout } = await execa('sh', ['-c', script, 'sh', ...command(target.kubeconfig)])
  expect(stdout).toMatch(/^nothing found/)
  expect(await tracesAfter(target.kubeconfig, 10_000)).toEqual([])
})

test('what a killed client left goes by itself once its deadline has passed', { timeout: 240_000 }, async () => {
  const run = begin('nodes', '--kubeconfig', target.kubeconfig)
  await untilTraceOf(target.kubeconfig, 'pods/')
  run.kill('SIGKILL')
  await run
  expect(await traces(target.kubeconfig)).not.toEqual([])
  target.embedded?.api.clock.skip(deadlineMs)
  expect(await tracesAfter(target.kubeconfig, isForeign ? deadlineMs : 10_000)).toEqual([])
})

const command = (kubeconfig: string) => [process.execPath, program, 'nodes', '--kubeconfig', kubeconfig]
