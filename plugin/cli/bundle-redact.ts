import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import * as z from 'zod/mini'
import { messageOf, NetcheckError } from '../../shared/errors.ts'
import { cleanEntry } from '../bundle/clean.ts'
import { readEntries } from '../bundle/entries.ts'
import { createRedactor, type Mapping, type RedactKind, type Redactor } from '../bundle/redact/redactor.ts'
import type { BundleArchive } from '../bundle/write-archive.ts'
import { openBundleFile } from './bundle-target.ts'
import { bytesText } from './bytes-text.ts'
import type { Options } from './command.ts'
import type { Io } from './io.ts'
import { parseRedact } from './redact-options.ts'

const schema = z.object({
  target: z.optional(z.string()),
  file: z.optional(z.string().check(z.minLength(1))),
  redact: z.optional(z.string()),
  map: z.optional(z.string().check(z.minLength(1))),
})

/**
 * `bundle redact FILE`: writes a copy of a bundle without secrets and with replaced names, and beside it the mapping.
 * Returns the exit code 0. Throws NetcheckError `BUNDLE` and `USAGE`.
 */
export async function runBundleRedact(options: Options, io: Io): Promise<number> {
  const { target: source, redact = 'addresses,names', ...given } = z.parse(schema, options)
  if (source === undefined)
    throw new NetcheckError('USAGE', 'bundle redact needs a bundle', { hint: 'kubectl netcheck bundle redact FILE' })
  const { file = besideOf(source), map = mapBeside(file) } = given
  const kinds = parseRedact(redact)
  const redactor = createRedactor({ kinds, key: randomBytes(32).toString('hex') })
  let learned = 0
  for await (const entry of readEntries(source)) {
    redactor.learn(cleanEntry(entry))
    learned += 1
    if (learned % progressEvery === 0) io.progress(`${source}: ${learned} files are looked at`)
    io.signal.throwIfAborted()
  }
  const archive = await openBundleFile(file, entry => redactor.rewrite(cleanEntry(entry)), io)
  try {
    await writeAll(source, { archive, redactor, kinds, io })
  } catch (error) {
    await archive.drop()
    throw error
  } finally {
    io.progress(null)
  }
  await tellMapping(redactor, { kinds, path: map, bundle: file, io })
  const { entries, packed } = archive.written
  io.note(`${file}: ${entries} files, ${bytesText(packed)}`)
  return 0
}

const progressEvery = 100

const besideOf = (path: string): string =>
  `${path.replace(/\/$/, '').replace(/\.(?:tar\.gz|tgz|tar)$/, '')}-redacted.tar.gz`

/** Default path of a bundle's mapping. */
export const mapBeside = (bundle: string): string =>
  bundle === '-' ? 'netcheck.map.json' : `${bundle.replace(/\.(?:tar\.gz|tgz)$/, '')}.map.json`

const aboutSchema = z.object({
  createdAt: z.string(),
  tool: z.catch(z.string(), 'unknown'),
  partial: z.optional(z.string()),
})

interface Writing {
  readonly archive: BundleArchive
  readonly redactor: Redactor
  readonly kinds: readonly RedactKind[]
  readonly io: Io
}

/** Copies every file; `bundle.json` comes first again, with what the original one said. */
async function writeAll(source: string, { archive, redactor, kinds, io }: Writing): Promise<void> {
  let about: z.infer<typeof aboutSchema> = { createdAt: new Date(io.now()).toISOString(), tool: 'unknown' }
  for await (const entry of readEntries(source)) {
    if (entry.path === 'bundle.json') about = parseAbout(redactor.rewrite(cleanEntry(entry)).bytes)
    else await archive.add(entry)
    io.progress(`${archive.written.entries} files are written`)
    io.signal.throwIfAborted()
  }
  await archive.finish({ format: 'netcheck-bundle/1', ...about, redacted: kinds.length > 0 })
}

function parseAbout(bytes: Uint8Array): z.infer<typeof aboutSchema> {
  try {
    return z.parse(aboutSchema, JSON.parse(new TextDecoder().decode(bytes)))
  } catch (cause) {
    throw new NetcheckError('BUNDLE', `bundle.json cannot be read: ${messageOf(cause)}`, { cause })
  }
}

interface MappingTarget {
  readonly kinds: readonly RedactKind[]
  readonly path: string
  /** Path of the bundle it belongs to. */
  readonly bundle: string
  readonly io: Io
}

/** Writes the mapping of replaced names to a file that only its owner may read. Throws NetcheckError `BUNDLE`. */
export async function tellMapping(redactor: Redactor, { kinds, path, bundle, io }: MappingTarget): Promise<void> {
  if (kinds.length === 0) return
  const mapping: Mapping = redactor.mapping()
  try {
    await writeFile(path, `${JSON.stringify({ bundle, ...mapping }, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  } catch (cause) {
    throw new NetcheckError('BUNDLE', `what was exchanged cannot be written to ${path}: ${messageOf(cause)}`, {
      cause,
      hint: 'name another file with --map; without it nobody can tell what the names in the bundle stand for',
    })
  }
  io.note(`${path}: what was exchanged; keep it, and do not pass it on`)
}
