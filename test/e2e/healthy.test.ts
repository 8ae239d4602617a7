import { afterAll, beforeAll, expect, test } from 'vitest'
import { resources } from '../../plugin/kube/port.ts'
import { textOf } from '../cluster/api/object.ts'
import { begin, netcheck, report } from './support/cli.ts'
import { openTarget, type Target } from './support/target.ts'
import { traces, tracesAfter, withCluster } from './support/traces.ts'

let target: Target
beforeAll(async () => {
  target = await openTarget()
})
afterAll(() => target.stop())

test('a healthy cluster is read completely, nothing is found and nothing is left behind', async () => {
  const { exitCode, coverage, findings, stderr } = await report(target.kubeconfig)
  expect(findings).toEqual([])
  expect(coverage).toMatchObject({ read: coverage.nodes, notRead: [] })
  expect(coverage.nodes).toBeGreaterThan(0)
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.not.stringContaining('error') })
  expect(await tracesAfter(target.kubeconfig, 5_000)).toEqual([])
})

test('the first line says that nothing was found and how much was looked at', async () => {
  const { stdout, exitCode } = await netcheck('nodes', '--kubeconfig', target.kubeconfig)
  expect(stdout.split('\n')[0]).toMatch(/^nothing found · (\d+) of \1 nodes read/)
  expect(exitCode).toBe(0)
})

test('one node alone is read when it is named', async () => {
  const { coverage, exitCode } = await report(target.kubeconfig, await anyNode())
  expect(coverage).toMatchObject({ nodes: 1, read: 1 })
  expect(exitCode).toBe(0)
})

test('two runs at once do not disturb each other', async () => {
  const both = await Promise.all([report(target.kubeconfig), report(target.kubeconfig)])
  expect(both.map(({ exitCode, findings }) => ({ exitCode, findings }))).toEqual([
    { exitCode: 0, findings: [] },
    { exitCode: 0, findings: [] },
  ])
  expect(await tracesAfter(target.kubeconfig, 5_000)).toEqual([])
})

test('printing the manifests creates nothing', async () => {
  const { stdout, exitCode } = await netcheck('manifests', '--kubeconfig', target.kubeconfig)
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/kind: DaemonSet/)
  expect(await traces(target.kubeconfig)).toEqual([])
})

test('agents that were kept are removed by cleanup', async () => {
  const kept = await netcheck('nodes', await anyNode(), '--keep', '--kubeconfig', target.kubeconfig)
  expect(kept.exitCode).toBe(0)
  expect(await traces(target.kubeconfig)).toEqual(expect.arrayContaining([expect.stringMatching(/^daemonsets\//)]))
  const { exitCode } = await begin('cleanup', '--kubeconfig', target.kubeconfig)
  expect(exitCode).toBe(0)
  expect(await tracesAfter(target.kubeconfig, 10_000)).toEqual([])
})

const anyNode = (): Promise<string> =>
  withCluster(target.kubeconfig, async ({ writer }) =>
    textOf((await writer.select(resources.nodes, {}))[0], 'metadata.name'),
  )
