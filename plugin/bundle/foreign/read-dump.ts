import { bundleLimits } from '../limits.ts'
import { refuse } from '../refusal.ts'
import type { BundleSource } from '../source.ts'
import { below } from '../views.ts'
import { clusterInfo } from './cluster-info.ts'
import { splitLogs } from './combined-logs.ts'
import { type Dump, makeDump } from './dump.ts'
import type { DumpKind } from './kind.ts'
import { mustGather } from './must-gather.ts'
import { parseObjects } from './objects.ts'
import { troubleshoot } from './troubleshoot.ts'

const kinds: readonly DumpKind[] = [clusterInfo, troubleshoot, mustGather]

/**
 * Reads a folder or archive as another tool's dump, if there is one at its top or a few folders below; otherwise null.
 */
export async function readDump(source: BundleSource): Promise<BundleSource | null> {
  const paths = await pathsOf(source)
  for (const top of topsOf(paths)) {
    const inside = new Set(paths.filter(path => path.startsWith(top)).map(path => path.slice(top.length)))
    const kind = kinds.find(({ isKind }) => isKind(inside))
    if (kind) return convert(below(source, top.replace(/\/$/, '')), kind, inside)
  }
  return null
}

async function pathsOf(source: BundleSource): Promise<readonly string[]> {
  const paths: string[] = []
  const waiting = ['']
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const name of (await source.list(folder)) ?? []) {
      const path = folder === '' ? name : `${folder}/${name}`
      // A path that can be listed is a folder.
      ;((await source.list(path)) === null ? paths : waiting).push(path)
      if (paths.length + waiting.length > bundleLimits.entries) throw refuse('it holds more files than allowed')
    }
  }
  return paths.sort()
}

/** The top, and folders up to two steps below, nearest first. */
function topsOf(paths: readonly string[]): readonly string[] {
  const folders = paths.flatMap(path => {
    const steps = path.split('/').slice(0, -1)
    return [1, 2].filter(count => steps.length >= count).map(count => `${steps.slice(0, count).join('/')}/`)
  })
  const depth = (folder: string): number => folder.split('/').length
  return ['', ...[...new Set(folders)].sort((a, b) => depth(a) - depth(b)).slice(0, mostTops)]
}

const mostTops = 200

async function convert(source: BundleSource, kind: DumpKind, paths: ReadonlySet<string>): Promise<BundleSource> {
  const dump = makeDump()
  let bytes = 0
  for (const path of paths) {
    bytes += await add(dump, { source, kind, path })
    if (bytes > bundleLimits.objectBytes) throw refuse(`its lists have more than ${bundleLimits.objectBytes >> 20} MiB`)
  }
  return dump.finish(kind)
}

/** Adds one file to the dump and returns how many bytes of parsed objects it keeps in memory. */
async function add(
  dump: Dump,
  { source, kind, path }: { readonly source: BundleSource; readonly kind: DumpKind; readonly path: string },
): Promise<number> {
  const content = kind.contentOf(path)
  if (content?.holds === 'log') dump.addLog(content.log, () => source.read(path))
  if (content?.holds === 'version') dump.addFile('cluster/version.json', () => readVersion(source, path))
  if (content?.holds === 'logs') await addLogs(dump, { source, path, ...content })
  if (content?.holds !== 'objects') return 0
  const bytes = (await source.read(path)) ?? new Uint8Array()
  dump.addObjects(content.resource, content.namespace, await parseObjects(path, bytes))
  return bytes.length
}

/** Logs are read only when they are needed. */
async function addLogs(
  dump: Dump,
  of: { readonly source: BundleSource; readonly path: string; readonly namespace: string; readonly pod: string },
): Promise<void> {
  const read = async () => splitLogs(new TextDecoder().decode((await of.source.read(of.path)) ?? new Uint8Array()))
  for (const container of (await read()).keys()) {
    dump.addLog({ namespace: of.namespace, pod: of.pod, container, previous: false }, async () => {
      const log = (await read()).get(container)
      return log === undefined ? null : new TextEncoder().encode(log)
    })
  }
}

/** `{"info": {…}, "string": "v1.30.0"}`. */
async function readVersion(source: BundleSource, path: string): Promise<Uint8Array | null> {
  const bytes = await source.read(path)
  const version = /"gitVersion"\s*:\s*"([^"\\]{1,60})"/.exec(new TextDecoder().decode(bytes ?? new Uint8Array()))?.[1]
  return version === undefined ? null : new TextEncoder().encode(JSON.stringify({ gitVersion: version }))
}
