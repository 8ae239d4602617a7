import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { nodeChecks } from '../../plugin/engine/choose-checks.ts'
import { checks } from '../../plugin/gen/checks.ts'
import { neededParts } from '../../plugin/model/needed-parts.ts'
import { overviewParts } from '../../plugin/model/node-overview.ts'
import { parts } from '../../shared/gen/parts.ts'
import { collectFrom, connectAgent } from '../support/agent-client.ts'
import { startAgent } from '../support/agent-process.ts'
import { sandboxes, startRuntime } from '../support/cri/fake-runtime.ts'
import { hostRoot } from '../support/temporary-folder.ts'

const askedByNodes = neededParts(nodeChecks(checks), overviewParts)
const askedByCheck = neededParts(checks, overviewParts)

test.each([
  ['read for `nodes` with at most 64 MB', askedByNodes, undefined, 64 << 10],
  ['read for `check` with at most 72 MB', askedByCheck, undefined, 72 << 10],
  // Files on their way come on top.
  ['recorded with at most 96 MB', Object.keys(parts), { logBytes: 5 << 20, sinceMinutes: 60 }, 96 << 10],
])('a node with 110 pods is %s', async (_, asked, record, most) => {
  const root = await hostRoot({
    '/proc/self': '',
    ...Object.fromEntries(
      Array.from({ length: 110 }, (_, index) => [
        `/var/lib/cni/networks/cbr0/10.244.0.${index + 2}`,
        `${index.toString(16).padStart(64, '0')}\r\neth0`,
      ]),
    ),
  })
  await startRuntime(`${root}/run/containerd/containerd.sock`, { listPodSandbox: () => sandboxes(110) })
  const agent = await startAgent(root, { env: { NETCHECK_PROC: '/proc', NETCHECK_SYS: '/sys' } })
  const { parts: read } = await collectFrom(await connectAgent(agent), asked, 60_000, record)
  expect(read.sandboxes).toMatchObject({ value: { sandboxes: { length: 110 } } })
  const peak = /VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${agent.child.pid}/status`, 'utf8'))
  expect(Number(peak?.[1])).toBeGreaterThan(0)
  expect(Number(peak?.[1])).toBeLessThanOrEqual(most)
})
