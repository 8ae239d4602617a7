import { expect, test } from 'vitest'
import { clusterCheck, nodeCheck, passed } from '../../../plugin/engine/check.ts'
import { neededParts } from '../../../plugin/model/needed-parts.ts'

const meta = { code: 'TST001', severity: 'info', title: 't', explains: [], run: () => passed } as const

test('a run asks for what is shown and for what any check needs or wants, once', () => {
  const checks = [
    nodeCheck({ ...meta, needs: ['links'], wants: ['routes'] }),
    clusterCheck({ ...meta, cluster: [], wants: ['kubelet', 'links'] }),
  ]
  expect([...neededParts(checks, ['kernel'])].sort()).toEqual(['kernel', 'kubelet', 'links', 'routes'])
})
