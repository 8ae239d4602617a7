import { isOk } from '../../shared/reading.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import { comparableFacts } from './comparable-facts.ts'
import { groupOf } from './node-group.ts'
import { type Oddity, oddOnesOut } from './odd-one-out.ts'

/** Facts in which few nodes of a snapshot differ from most similar nodes. */
export function odditiesOf({ cluster, nodes }: Snapshot): readonly Oddity[] {
  const known = new Map(isOk(cluster.nodes) ? cluster.nodes.value.map(node => [node.name, node]) : [])
  const read = nodes.filter(node => node.status === 'read')
  const facts = new Map(read.map(({ name, parts }) => [name, comparableFacts(parts, known.get(name))]))
  return oddOnesOut(facts, name => {
    const node = known.get(name)
    return node ? groupOf(node) : `unknown node ${name}`
  })
}
