import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import tar from 'tar-stream'
import { messageOf, NetcheckError } from '../../shared/errors.ts'
import { bundleLimits } from './limits.ts'
import type { BundleSource } from './source.ts'

/** A bundle packed as `.tar.gz`, read into memory; its one top folder is dropped from the paths. */
export async function archiveSource(path: string): Promise<BundleSource> {
  const files = await unpack(path)
  const folders = foldersOf(files.keys())
  return {
    read: async name => files.get(name) ?? null,
    list: async name => folders.get(name.replace(/\/$/, '')) ?? null,
  }
}

async function unpack(path: string): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>()
  let total = 0
  const extract = tar.extract()
  const reading = pipeline(createReadStream(path), createGunzip(), extract)
  // A failure surfaces through the iteration below; here it only must not count as unhandled.
  reading.catch(() => undefined)
  try {
    for await (const entry of extract) {
      const size = entry.header.size ?? 0
      total += size
      if (files.size >= bundleLimits.entries || total > bundleLimits.totalBytes || size > bundleLimits.fileBytes) {
        throw new NetcheckError('BUNDLE', `the bundle ${path} is larger than allowed`)
      }
      if (entry.header.type === 'file') files.set(pathInside(entry.header.name), await bytesOf(entry))
      else entry.resume()
    }
    await reading
  } catch (cause) {
    if (cause instanceof NetcheckError) throw cause
    throw new NetcheckError('BUNDLE', `cannot unpack the bundle ${path}: ${messageOf(cause)}`, { cause })
  }
  return files
}

/** Drops the top folder; refuses names that lead out. */
function pathInside(name: string): string {
  const steps = name.replace(/^\.\//, '').split('/')
  if (name.startsWith('/') || steps.includes('..')) {
    throw new NetcheckError('BUNDLE', `the bundle holds a file outside of its folder: ${name}`)
  }
  return steps.slice(1).join('/')
}

async function bytesOf(stream: AsyncIterable<unknown>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) if (chunk instanceof Uint8Array) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function foldersOf(paths: Iterable<string>): Map<string, string[]> {
  const folders = new Map<string, Set<string>>()
  for (const path of paths) {
    const steps = path.split('/')
    for (const [depth, name] of steps.entries()) {
      const folder = steps.slice(0, depth).join('/')
      folders.set(folder, (folders.get(folder) ?? new Set()).add(name))
    }
  }
  return new Map([...folders].map(([folder, names]) => [folder, [...names].sort(byBytes)]))
}

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))
