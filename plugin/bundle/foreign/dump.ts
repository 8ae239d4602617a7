import { isOk, type Reading } from '../../../shared/reading.ts'
import { counted, oneLine } from '../../../shared/text.ts'
import { pathOf } from '../../kube/paths.ts'
import { type Resource, resources } from '../../kube/port.ts'
import type { BundleSource } from '../source.ts'
import { makeTree } from '../tree.ts'
import type { Log } from './kind.ts'
import { newestTime } from './times.ts'

type Read = () => Promise<Uint8Array | null>

/** Collects the contents of another tool's dump and presents them as a bundle. */
export interface Dump {
  /**
   * Adds objects, or the reason why they cannot be read. `namespace` is null for cluster-scoped objects and empty when
   * it is unknown.
   */
  readonly addObjects: (resource: Resource, namespace: string | null, objects: Reading<readonly unknown[]>) => void
  readonly addLog: (log: Log, read: Read) => void
  readonly addFile: (path: string, read: Read) => void
  /** Everything added so far as a bundle, with notes on what it is and what it lacks. */
  readonly finish: (kind: { readonly name: string; readonly lacks: string }) => BundleSource
}

interface List {
  readonly resource: Resource
  readonly items: unknown[]
  /** Null for cluster-scoped objects. */
  readonly namespaces: Set<string> | null
}

/** An empty dump. */
export function makeDump(): Dump {
  const lists = new Map<string, List>()
  const failures: unknown[] = []
  const tree = makeTree<Read>()
  const logs = new Set<string>()
  return {
    addObjects: (resource, namespace, objects) => {
      const path = pathOf(resource)
      const list = lists.get(path) ?? { resource, items: [], namespaces: namespace === null ? null : new Set() }
      if (!isOk(objects)) failures.push({ path, message: objects.detail })
      else {
        for (const item of objects.value) list.items.push(item)
        if (namespace) list.namespaces?.add(namespace)
        lists.set(path, list)
      }
    },
    addLog: ({ namespace, pod, container, previous }, read) => {
      const path = `cluster/logs/${namespace}/${pod}/${container}${previous ? '.previous' : ''}.log`
      if (logs.has(path)) return
      logs.add(path)
      tree.add(path, read)
    },
    addFile: (path, read) => tree.add(path, read),
    finish: kind => {
      for (const { resource, items, namespaces } of lists.values()) {
        const content = { items, ...(namespaces ? { namespaces: [...namespaces] } : {}) }
        tree.add(fileOf(resource), async () => encode(content))
      }
      const createdAt = newestTime([...lists.values()].flatMap(({ items }) => items))
      tree.add('bundle.json', async () => encode({ format: 'netcheck-bundle/1', createdAt }))
      tree.add('cluster/errors.json', async () => encode(failures))
      const notes = [describe(kind, lists), ...failures.slice(0, 3).map(failure => `not read: ${messageIn(failure)}`)]
      return { read: async path => (await tree.find(path)?.()) ?? null, list: async path => tree.list(path), notes }
    },
  }
}

const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))

const fileOf = ({ group, version, plural }: Resource): string =>
  `cluster/resources/${group || 'core'}/${version}/${plural}.json`

function describe(
  { name, lacks }: { readonly name: string; readonly lacks: string },
  lists: ReadonlyMap<string, List>,
) {
  const namespaces = [...(lists.get(pathOf(resources.pods))?.namespaces ?? [])].sort()
  const listed = namespaces.length > 4 ? `${namespaces.slice(0, 4).join(', ')}, …` : namespaces.join(', ')
  const where =
    namespaces.length > 0 ? `; pods of ${counted(namespaces.length, 'namespace')} (${oneLine(listed, 200)})` : ''
  return `read as a ${name}: API state only, no node was looked at; ${lacks}${where}`
}

const messageIn = (failure: unknown): string =>
  typeof failure === 'object' && failure !== null && 'message' in failure ? oneLine(String(failure.message), 200) : ''
