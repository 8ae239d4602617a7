import { expect, test } from 'vitest'
import { deniedParts } from '../../../plugin/model/denied-parts.ts'
import { nodeParts } from '../../../shared/collect-node.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import type { NodeSnapshot } from '../../../shared/snapshot.ts'

const denied = { ...unavailable('denied', '/x: EACCES'), ms: 1 }
const read = (name: string, parts: Parameters<typeof nodeParts>[0]): NodeSnapshot => ({
  name,
  status: 'read',
  parts: nodeParts(parts),
})

test('a part counts when it was denied, or anything in it, on any node', () => {
  const proxies = ok({ processes: [{ pid: 1, name: 'kubelet', proxies: denied }], dropIns: ok([]) })
  const nodes = [
    read('a', { kernelLog: denied }),
    read('b', { kernelLog: denied, proxyEnvironment: { ...proxies, ms: 1 } as never }),
    { name: 'c', status: 'not-read', why: 'no agent' } as const,
  ]
  expect(deniedParts(nodes)).toEqual(['kernelLog', 'proxyEnvironment'])
})

test('what is missing, unread for another reason or was not asked for was not denied', () => {
  const missing = { ...unavailable('missing', 'nothing there'), ms: 1 }
  expect(deniedParts([read('a', { ipvs: missing, nft: { ...unavailable('failed', 'no'), ms: 1 } })])).toEqual([])
})
