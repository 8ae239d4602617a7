import * as z from 'zod/mini'
import { isOk, ok, type Reading } from '../../../shared/reading.ts'
import { type Resource, resources } from '../../kube/port.ts'
import { makeBlockStore } from '../block-store.ts'
import { bundleLimits } from '../limits.ts'
import { refuse } from '../refusal.ts'
import type { BundleSource } from '../source.ts'
import { clusterInfo } from './cluster-info.ts'
import { isFailure, readMark } from './combined-logs.ts'
import { makeDump } from './dump.ts'
import { linesOf } from './lines.ts'
import { parseObjects } from './objects.ts'

const kinds: ReadonlyMap<string, Resource> = new Map<string, Resource>([
  ['NodeList', resources.nodes],
  ['EventList', resources.events],
  ['ServiceList', resources.services],
  ['DaemonSetList', resources.daemonsets],
  ['DeploymentList', resources.deployments],
  ['PodList', resources.pods],
])

/**
 * Reads the output of `kubectl cluster-info dump`: JSON lists, each from a line `{` to a line `}`, and logs between
 * marks. Throws NetcheckError `BUNDLE` for any other text.
 */
export async function combinedDump(text: AsyncIterable<Uint8Array>): Promise<BundleSource> {
  const dump = makeDump()
  const store = makeBlockStore()
  let found = 0
  for await (const piece of piecesOf(linesOf(text, bundleLimits.fileBytes))) {
    const bytes = new TextEncoder().encode(piece.lines.join('\n'))
    if (piece.mark) {
      if (isFailure(piece.lines)) continue
      const place = await store.put(bytes)
      dump.addLog({ ...piece.mark, previous: false }, () => store.get(place))
      continue
    }
    const resource = kinds.get(/^ {4}"kind": "([A-Za-z]+)",?$/m.exec(piece.lines.slice(0, 20).join('\n'))?.[1] ?? '')
    if (!resource) continue
    found += 1
    addByNamespace(dump.addObjects, resource, await parseObjects(`the list ${found}`, bytes))
  }
  await store.close()
  if (found === 0) throw refuse('this text holds no lists of Kubernetes as kubectl cluster-info dump prints them')
  return dump.finish(clusterInfo)
}

interface Piece {
  readonly lines: readonly string[]
  /** The container of a log; null for a list. */
  readonly mark: { readonly namespace: string; readonly pod: string; readonly container: string } | null
}

async function* piecesOf(lines: AsyncIterable<string>): AsyncGenerator<Piece> {
  let current: string[] = []
  let isLog = false
  let size = 0
  for await (const line of lines) {
    const mark = readMark(line)
    if (mark?.begins === true || (!isLog && line === '{')) {
      current = []
      size = 0
      isLog = mark !== null
    }
    size += line.length
    if (size > bundleLimits.fileBytes) throw refuse('it holds a list or a log that is longer than allowed')
    if (mark === null) current.push(line)
    if (mark?.begins === false && isLog) yield { lines: current, mark }
    if (mark === null && !isLog && line === '}') yield { lines: current, mark: null }
    if (mark?.begins === false) isLog = false
  }
}

type AddObjects = ReturnType<typeof makeDump>['addObjects']

function addByNamespace(add: AddObjects, resource: Resource, objects: Reading<readonly unknown[]>): void {
  if (!isOk(objects) || resource === resources.nodes) {
    add(resource, null, objects)
    return
  }
  // An empty list was read too.
  const groups = new Map<string, unknown[]>([['', []]])
  for (const item of objects.value) {
    const namespace = namespaceOf(item)
    const group = groups.get(namespace)
    if (group) group.push(item)
    else groups.set(namespace, [item])
  }
  for (const [namespace, items] of groups) add(resource, namespace, ok(items))
}

const schema = z.object({ metadata: z.object({ namespace: z.string() }) })

function namespaceOf(item: unknown): string {
  const { success, data } = z.safeParse(schema, item)
  return success ? data.metadata.namespace : ''
}
