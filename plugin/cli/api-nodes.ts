import { NetcheckError } from '../../shared/errors.ts'
import { isOk } from '../../shared/reading.ts'
import { type ApiNode, nodes as nodesPart } from '../cluster/nodes.ts'
import type { Kube } from '../kube/port.ts'
import { matchesSelector } from '../kube/selector.ts'
import { requireKnown } from './choose-nodes.ts'
import type { NodeChoice } from './nodes.ts'

/** Lists the nodes. Throws `API_DENIED` and `API_UNREACHABLE`: without nodes there is no run. */
export async function listNodes(kube: Kube): Promise<readonly ApiNode[]> {
  const reading = await nodesPart.collect(kube)
  if (isOk(reading)) return reading.value
  const code = reading.reason === 'denied' ? 'API_DENIED' : 'API_UNREACHABLE'
  throw new NetcheckError(code, `the nodes cannot be listed: ${reading.detail}`, {
    hint: reading.hint ?? 'kubectl get nodes has to work first',
  })
}

/** The requested nodes. Throws `UNKNOWN_NODE` and `NO_NODES`. */
export function chooseApiNodes(known: readonly ApiNode[], { names, selector }: NodeChoice): readonly ApiNode[] {
  requireKnown(
    names,
    known.map(({ name }) => name),
  )
  if (names.length > 0) return known.filter(({ name }) => names.includes(name))
  if (selector === undefined) return known
  const chosen = known.filter(({ labels }) => matchesSelector(selector, labels))
  if (chosen.length > 0) return chosen
  throw new NetcheckError('NO_NODES', `no node matches the selector ${selector}`)
}
