import { expect, test } from 'vitest'
import { describePaths } from '../../../plugin/model/path-overview.ts'
import { hostOf, routeTo, threeNodes } from '../../support/node-routes.ts'
import { snapshot } from '../../support/snapshot.ts'

const given = snapshot({
  cluster: threeNodes,
  nodes: { node1: hostOf(1, routeTo(3)), node2: hostOf(2, routeTo(1), routeTo(3)), node3: 'no agent there' },
})

test('pairs that fail come first, then nodes that were not read', () => {
  expect(describePaths(given, null)).toMatchObject([
    { from: 'node1', to: 'node2', state: 'default', route: 'default via 192.0.2.254 dev eth0' },
    { from: 'node3', state: 'not-read', route: 'no agent there' },
    { from: 'node1', to: 'node3', state: 'ok', route: '10.244.3.0/24 via 192.0.2.3 dev eth0' },
    { from: 'node2', to: 'node1', state: 'ok' },
    { from: 'node2', to: 'node3', state: 'ok' },
  ])
})

test('a node by name has its own pairs only', () => {
  expect(describePaths(given, 'node2')).toHaveLength(2)
})

test('without ranges it says why there is nothing', () => {
  expect(describePaths(snapshot({ cluster: { nodes: [] } }), null)).toEqual(expect.stringContaining('no node'))
})
