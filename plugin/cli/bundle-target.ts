import { lstat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname } from 'node:path'
import { NetcheckError } from '../../shared/errors.ts'
import { version } from '../../shared/version.ts'
import type { Rewrite } from '../bundle/entry.ts'
import { type BundleAbout, type BundleArchive, createArchive, streamArchive } from '../bundle/write-archive.ts'
import type { Io } from './io.ts'

/** Name and version of the program, as recorded in bundles. */
export const tool = `netcheck ${version}`

/** `netcheck-<context>-<UTC time>.tar.gz`, without characters of the context that do not belong in a file name. */
export function defaultName(context: string, now: number): string {
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')
  const name = context.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[-.]+|[-.]+$/g, '')
  return ['netcheck', name.slice(0, 60) || 'cluster', `${time}.tar.gz`].join('-')
}

/** Folder for spooled files: beside the bundle, because that disk must hold it anyway. */
export const spoolFolder = (path: string): string => (path === '-' ? tmpdir() : dirname(path))

/** Creates a bundle; `-` is stdout. Throws NetcheckError `BUNDLE` and `USAGE`. */
export async function openBundleFile(path: string, rewrite: Rewrite, io: Io): Promise<BundleArchive> {
  const at = new Date(io.now())
  const about: BundleAbout = {
    format: 'netcheck-bundle/1',
    createdAt: at.toISOString(),
    tool,
    redacted: false,
    partial: 'the recording did not come to its end',
  }
  if (path === '-') return streamArchive(io.outBytes, { folder: 'netcheck', at, rewrite, about })
  await requireFree(path)
  const folder = basename(path).replace(/\.(?:tar\.gz|tgz)$/, '') || 'netcheck'
  return createArchive(path, { folder, at, rewrite, about }, process.pid)
}

/** Checks that nothing exists at a path; links are not followed. Throws NetcheckError `BUNDLE`. */
export async function requireFree(path: string): Promise<void> {
  const entry = await lstat(path).catch(() => null)
  if (entry === null) return
  throw new NetcheckError('BUNDLE', `${path} is there already and is not overwritten`, {
    hint: 'remove it, or choose another name with --file',
  })
}
