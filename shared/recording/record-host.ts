import type { FileContent, Host, Pod, ReadOptions } from '../host.ts'
import { isOk, mapReading, type Reading, type Unavailable } from '../reading.ts'
import { compareText } from '../text.ts'
import { withoutSecrets } from './secrets.ts'
import { hideInValue } from './secrets-value.ts'

/** Files of a recording by their path below `nodes/<node>/`. Source: bundle-format netcheck-bundle/1. */
export type RecordedFiles = ReadonlyMap<string, Uint8Array>

/** Writes a file of the recording; resolves when there is room for more. Never rejects. */
export type Write = (path: string, bytes: Uint8Array) => Promise<void>

type Entry = Readonly<Record<string, unknown>>

/** A recorded host, and its recording so far. */
interface Recorder {
  readonly host: Host
  readonly files: () => RecordedFiles
}

/**
 * Wraps a host and records every answer; `files` returns the recording so far, or only its index when `write` takes the
 * rest.
 */
export function recordHost(host: Host, write?: Write): Recorder {
  const kept = new Map<string, Uint8Array>()
  const paths = new Set<string>()
  const index = new Map<string, Entry>()
  const note: Store['note'] = (path, entry, unlessKnown = {}) =>
    void index.set(path, { ...unlessKnown, ...index.get(path), ...entry })
  const keep: Store['keep'] = async (path, bytes) => {
    paths.add(path)
    if (write) await write(path, bytes)
    else kept.set(path, bytes)
  }
  const keepJson = (path: string) => (value: unknown) => keep(path, encode(hideInValue(value)))

  const inside = new Map<string, Recorder>()
  const recorder: Host = {
    ...keepSmallFiles(host, { keep, note }),
    read: async (path, options) => {
      const reading = await host.read(path, options)
      if (isOk(reading)) await keepContent({ keep, note }, { path, options, content: reading.value })
      else noteFailure(note, path, reading)
      return reading
    },
    list: async path => {
      const reading = await host.list(path)
      if (isOk(reading)) note(path, { entries: reading.value }, { type: 'dir' })
      else noteFailure(note, path, reading)
      return reading
    },
    stat: async path => {
      const reading = await host.stat(path)
      if (isOk(reading)) note(path, { ...reading.value, ...unread(reading.value.type, paths.has(`files${path}`)) })
      else noteFailure(note, path, reading)
      return reading
    },
    run: async name => keepCall(await host.run(name), keepJson(`commands/${name}.json`)),
    cri: async call => keepCall(await host.cri(call), keepJson(`cri/${call}.json`)),
    http: async name => keepCall(await host.http(name), keepJson(`http/${name}.json`)),
    pods: async () => {
      const pods = mapReading(await host.pods(), found => found.map(recordPod))
      await keepCall(
        mapReading(pods, found => found.map(({ uid }) => uid)),
        keepJson('netns/pods.json'),
      )
      return pods
    },
  }
  /** A pod is recorded as a host of its own, below `netns/<uid>/`. */
  function recordPod({ uid, host }: Pod): Pod {
    const folder = `netns/${uid}`
    const inner = inside.get(uid) ?? recordHost(host, write && ((path, bytes) => write(`${folder}/${path}`, bytes)))
    inside.set(uid, inner)
    return { uid, host: inner.host }
  }
  return {
    host: recorder,
    files: () =>
      new Map([...kept, ['files.json', encode(Object.fromEntries([...index].sort(byPath)))], ...filesOfPods(inside)]),
  }
}

const filesOfPods = (inside: ReadonlyMap<string, Recorder>): readonly (readonly [string, Uint8Array])[] =>
  [...inside].flatMap(([uid, { files }]) =>
    [...files()].map(([path, bytes]) => [`netns/${uid}/${path}`, bytes] as const),
  )

interface Store {
  readonly keep: Write
  /** Adds to the index; `unlessKnown` does not replace an existing entry. */
  readonly note: (path: string, entry: Entry, unlessKnown?: Entry) => void
}

async function keepContent(
  { keep, note }: Store,
  { path, options, content }: { path: string; options: ReadOptions | undefined; content: FileContent },
): Promise<void> {
  const cut = content.truncated === null ? {} : { truncated: content.truncated }
  if (options?.keep === 'head' && content.truncated === 'head') {
    await keep(`files${path}#head`, withoutSecrets(path, content.bytes))
    note(path, { content: false }, { type: 'file' })
    return
  }
  const key = options?.sample === 2 ? `${path}#2` : path
  await keep(`files${key}`, withoutSecrets(path, content.bytes))
  note(key, { content: true, ...cut }, { type: 'file', size: content.bytes.length })
}

/** Records the files that were read at once; the others will be read one by one. */
function keepSmallFiles({ readSmall }: Host, { keep, note }: Store): Pick<Host, 'readSmall'> {
  if (!readSmall) return {}
  return {
    readSmall: async options => {
      const files = await readSmall(options)
      for (const [at, file] of files.entries()) {
        if (!file) continue
        const path = `${options.folder}/${options.names[at]}`
        const { text, mtime, inode } = file
        const times = { ...(mtime === null ? {} : { mtime }), ...(inode === null ? {} : { inode }) }
        if (options.content === false) {
          note(path, times, { type: 'file', content: false })
          continue
        }
        const bytes = new TextEncoder().encode(text)
        await keep(`files${path}`, withoutSecrets(path, bytes))
        note(path, { type: 'file', size: bytes.length, content: true, ...times })
      }
      return files
    },
  }
}

/** A file that was examined but not read has no content in the recording. */
const unread = (type: string, isKept: boolean): Entry => (type === 'file' ? { content: isKept } : {})

function noteFailure(note: Store['note'], path: string, reading: Unavailable): void {
  if (reading.reason === 'missing') note(path, { type: 'missing' })
  else if (reading.reason !== 'not-recorded') note(path, { type: 'error', error: errnoOf(reading) })
}

const errnos: Partial<Record<Unavailable['reason'], string>> = {
  missing: 'ENOENT',
  denied: 'EACCES',
  timeout: 'ETIMEDOUT',
  'too-large': 'EFBIG',
}

const errnoOf = ({ reason, detail }: Unavailable): string => errnos[reason] ?? detail

async function keepCall<T>(reading: Reading<T>, keep: (value: unknown) => Promise<void>): Promise<Reading<T>> {
  if (isOk(reading)) await keep(reading.value)
  else if (reading.reason !== 'not-recorded') await keep({ error: callError(reading), reason: reading.reason })
  return reading
}

/** A failed call is recorded as text whose first word is the reason for the replay. */
const callError = ({ reason, detail }: Unavailable): string =>
  errnos[reason] ? `${errnos[reason]}: ${detail}` : detail

const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))
const byPath = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => compareText(a, b)
