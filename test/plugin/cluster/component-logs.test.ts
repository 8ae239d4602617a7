import { expect, test } from 'vitest'
import { recordApi } from '../../../plugin/bundle/collect-api.ts'
import { Spool } from '../../../plugin/bundle/write-spool.ts'
import { componentLogs } from '../../../plugin/cluster/component-logs.ts'
import type { Kube, LogOptions } from '../../../plugin/kube/port.ts'
import { ok, type Reading, unavailable } from '../../../shared/reading.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const unread = async () => unavailable('unsupported', 'not in this test')

const coredns = {
  metadata: { name: 'coredns-1', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
  spec: { nodeName: 'n1', containers: [{ name: 'coredns', image: 'coredns:1' }] },
  status: { containerStatuses: [{ name: 'coredns', ready: true, restartCount: 1, state: { running: {} } }] },
}

/** A cluster with one pod of the DNS, and a log. */
const kubeWith = (log: (options: LogOptions) => Reading<string>): Kube => ({
  version: unread,
  get: unread,
  configz: unread,
  readyz: unread,
  list: async ({ plural }) => (plural === 'pods' ? ok([coredns]) : ok([])),
  logs: async options => log(options),
})

const lines = (count: number) => Array.from({ length: count }, (_, at) => `line ${at}\n`).join('')

test('of a recording that holds more of a log, checks see the lines that they would ask for', async () => {
  const read = await componentLogs.collect(kubeWith(() => ok(lines(1000))))
  expect(read).toMatchObject({ value: [{ container: 'coredns', current: { value: lines(1000).slice(-200 * 9) } }] })
})

test('a log of fewer lines stays, with or without a line feed at its end', async () => {
  for (const text of [lines(200), lines(3), lines(3).trimEnd(), ''])
    expect(await componentLogs.collect(kubeWith(() => ok(text)))).toMatchObject({
      value: [{ current: { value: text }, previous: { value: text } }],
    })
})

test('a bundle has longer logs than checks ask for, of this run and the one before', async () => {
  const asked: LogOptions[] = []
  const kube = kubeWith(options => {
    asked.push(options)
    return ok(lines(options.tailLines ?? 5000))
  })
  const spool = new Spool(await temporaryFolder())
  const { left } = await recordApi(kube, spool, { logBytes: 1 << 20, sinceMinutes: 90 })
  const sizes: Record<string, number> = {}
  for await (const { path, bytes } of spool.entries()) if (path.endsWith('.log')) sizes[path] = bytes?.length ?? -1
  await spool.close()
  expect(sizes).toEqual({
    'cluster/logs/kube-system/coredns-1/coredns.log': lines(5000).length,
    'cluster/logs/kube-system/coredns-1/coredns.previous.log': lines(5000).length,
  })
  expect(asked).toContainEqual(expect.objectContaining({ sinceSeconds: 5400, limitBytes: 1 << 20 }))
  expect(left.filter(({ what }) => what.includes('log'))).toEqual([])
})

test('a log that the API server cuts at its end is left as its last lines, and named', async () => {
  const kube = kubeWith(({ tailLines, limitBytes = 0 }) => ok(tailLines ? lines(tailLines) : 'x'.repeat(limitBytes)))
  const spool = new Spool(await temporaryFolder())
  const { left } = await recordApi(kube, spool, { logBytes: 4096, sinceMinutes: 60 })
  const texts: string[] = []
  for await (const { path, bytes } of spool.entries())
    if (path.endsWith('/coredns.log')) texts.push(String(bytes?.length))
  await spool.close()
  expect(texts).toEqual([String(lines(200).length)])
  expect(left).toContainEqual({
    what: 'cluster/logs/kube-system/coredns-1/coredns.log',
    message: expect.stringContaining('only its last lines'),
  })
})
