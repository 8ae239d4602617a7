import { NetcheckError } from '../../shared/errors.ts'
import { isOk, type Reading, valueOr } from '../../shared/reading.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import type { Focus, View } from '../report/view.ts'

interface Named {
  readonly namespace: string
  readonly name: string
}

/**
 * Throws NetcheckError `USAGE` for an object or a namespace that was asked for and is not there: an empty table would
 * look healthy. What was not read is not refused.
 */
export function requireFocus({ cluster }: Snapshot, { focus, view }: { focus: Focus; view: View | null }): void {
  if (focus.name !== null) requireObject(view?.takesName === 'Pod' ? cluster.pods : cluster.services, { focus, view })
  else requireNamespaces(cluster, focus)
}

function requireObject(
  objects: Reading<readonly Named[]>,
  { focus, view }: { readonly focus: Focus; readonly view: View | null },
): void {
  if (!isOk(objects)) return
  const inside = objects.value.filter(({ namespace }) => focus.namespaces.includes(namespace))
  if (inside.some(({ name }) => name === focus.name)) return
  const kind = view?.takesName === 'Pod' ? 'pod' : 'service'
  const place = focus.namespaces.join()
  throw new NetcheckError('USAGE', `there is no ${kind} ${place}/${focus.name}`, {
    hint: `${kind}s of namespace ${place} are: ${listed(inside)}`,
  })
}

function requireNamespaces({ namespaces, pods, services }: Snapshot['cluster'], focus: Focus): void {
  if (!isOk(namespaces)) return
  const known = new Set(namespaces.value.map(({ name }) => name))
  for (const { namespace } of [...valueOr(pods, []), ...valueOr(services, [])]) known.add(namespace)
  const unknown = focus.namespaces.find(name => !known.has(name))
  if (unknown === undefined) return
  throw new NetcheckError('USAGE', `there is no namespace ${unknown}`, {
    hint: `namespaces are: ${listed([...known].map(name => ({ name })))}`,
  })
}

function listed(objects: readonly { readonly name: string }[]): string {
  const names = objects.map(({ name }) => name).sort()
  return names.length > 10 ? `${names.slice(0, 10).join(', ')}, …` : names.join(', ') || 'none'
}
