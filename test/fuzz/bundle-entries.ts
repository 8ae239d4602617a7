import { gzipSync } from 'node:zlib'
import { archiveSource } from '../../plugin/bundle/archive.ts'
import { entryPath, isLinkInside } from '../../plugin/bundle/entry-path.ts'
import { combinedDump } from '../../plugin/bundle/foreign/combined-dump.ts'
import { splitLogs } from '../../plugin/bundle/foreign/combined-logs.ts'
import { parseObjects } from '../../plugin/bundle/foreign/objects.ts'
import { replaySnapshot } from '../../plugin/bundle/replay.ts'
import type { BundleSource } from '../../plugin/bundle/source.ts'
import { parsePax, parseTarHeader } from '../../plugin/bundle/tar-header.ts'
import { walk } from '../../plugin/bundle/walk.ts'
import { memoryBundle } from '../support/memory-bundle.ts'
import { type Entries, entry, toBytes } from './entry.ts'

const archives = 'bundle-gnu.bin bundle-posix.bin'

/** Everything that reads bundles, from the bytes of an archive to the readers of its JSON. */
export const bundleEntries: Entries = {
  archive: {
    gzip: entry('bundle-gzip.bin', text => pathsIn(toBytes(text))),
    tar: entry(archives, text => pathsIn(toBytes(text))),
    tarWithSums: entry(archives, text => pathsIn(withSums(toBytes(text)))),
    packedTar: entry(archives, text => pathsIn(gzipSync(withSums(toBytes(text))))),
  },
  'tar-header': {
    parseTarHeader: entry(archives, text => refusable(() => parseTarHeader(withSums(toBytes(text)).subarray(0, 512)))),
    parsePax: entry('pax.bin', text => refusable(() => [...parsePax(toBytes(text))])),
  },
  'entry-path': {
    entryPath: entry('paths.txt', entryPath),
    isLinkInside: entry('paths.txt', text => isLinkInside('a/b', text)),
  },
  replay: {
    index: entry('files-index.txt', text => replay({ 'nodes/n/files.json': text, 'nodes/n/files/etc/hosts': '' })),
    list: entry('nodes-list.txt', text => replay({ 'cluster/resources/core/v1/nodes.json': text })),
    about: entry('bundle-about.txt', text => replay({ 'bundle.json': text, 'nodes/n/files/etc/hosts': '' })),
    call: entry('bundle-call.txt', text => replay({ 'nodes/n/http/kube-proxy-mode.json': text })),
  },
  foreign: {
    combinedDump: entry('cluster-info.txt', async text => pathsOf(await combinedDump(piecesOf(Buffer.from(text))))),
    splitLogs: entry('cluster-info.txt', text => [...splitLogs(text)]),
    parseYaml: entry('must-gather.txt', text => parseObjects('x.yaml', Buffer.from(text))),
    parseObjects: entry('nodes-list.txt', text => parseObjects('x.json', Buffer.from(text))),
  },
}

async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += 1000) yield bytes.subarray(start, start + 1000)
}

const pathsIn = async (bytes: Uint8Array): Promise<number> => pathsOf(await archiveSource(piecesOf(bytes)))

async function pathsOf(source: BundleSource): Promise<number> {
  let count = 0
  for await (const { path } of walk(source)) {
    if (path.startsWith('/') || path.split('/').includes('..')) throw new Error(`the path ${path} leads out`)
    count += 1
  }
  return count
}

/** Archives with correct header checksums, so that the code behind the check is reached. */
function withSums(bytes: Uint8Array): Uint8Array {
  const summed = Uint8Array.from(bytes)
  for (let at = 0; at + 512 <= summed.length; at += 512) {
    const block = summed.subarray(at, at + 512)
    if (Buffer.from(block.subarray(257, 262)).toString('latin1') !== 'ustar') continue
    block.fill(0x20, 148, 156)
    const sum = block.reduce((total, byte) => total + byte, 0)
    block.set(Buffer.from(`${sum.toString(8).padStart(6, '0')}\0 `, 'latin1'), 148)
  }
  return summed
}

/** These throw plain errors, which the archive reader wraps in a code. */
function refusable(parse: () => unknown): unknown {
  try {
    return parse()
  } catch (error) {
    if (error instanceof Error && /tar archive/.test(error.message)) return null
    throw error
  }
}

const about = { format: 'netcheck-bundle/1', createdAt: '2026-03-04T05:06:07Z' }

async function replay(files: Readonly<Record<string, unknown>>): Promise<number> {
  const { nodes } = await replaySnapshot(memoryBundle({ 'bundle.json': about, ...files }), ['kubeProxy', 'links'])
  return nodes.length
}
