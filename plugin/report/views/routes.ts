import { describePaths, type PathRow } from '../../model/path-overview.ts'
import { defineView } from '../view.ts'

/** Each node's route to the pods of each other node. */
export const routesView = defineView<PathRow>({
  areas: ['RTE', 'HPN'],
  parts: ['routes', 'rules', 'links'],
  cluster: ['calicoBlocks', 'ciliumNodes'],
  takesName: null,
  key: 'routes',
  none: 'there are no two nodes with ranges of their own for pods',
  rows: (snapshot, _report, { name }) => describePaths(snapshot, name),
  columns: [
    ['FROM', ({ from }) => from],
    ['TO PODS OF', ({ to }) => to],
    ['RANGE', ({ range }) => range],
    ['VERDICT', ({ state }) => verdicts[state]],
    ['ROUTE', ({ route }) => route ?? '-'],
  ],
})

const verdicts: Readonly<Record<PathRow['state'], string>> = {
  ok: 'ok',
  default: 'only the default route',
  none: 'no route',
  refused: 'refused',
  kept: 'stays on the node',
  'other-node': 'to another node',
  nobody: 'to nobody',
  'device-gone': 'device missing',
  'device-down': 'device down',
  foreign: 'by another network',
  'not-read': 'not read',
}
