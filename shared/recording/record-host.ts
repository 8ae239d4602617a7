import type { FileContent, Host, ReadOptions } from '../host.ts'
import { isOk, type Reading, type Unavailable } from '../reading.ts'
import { withoutSecrets } from './secrets.ts'

/** Files of a recording by their path below `nodes/<node>/`. Source: bundle-format netcheck-bundle/1. */
export type RecordedFiles = ReadonlyMap<string, Uint8Array>

type Entry = Readonly<Record<string, unknown>>

/** Passes every read on and keeps what came back; `files` gives the recording so far. */
export function recordHost(host: Host): { readonly host: Host; readonly files: () => RecordedFiles } {
  const kept = new Map<string, Uint8Array>()
  const index = new Map<string, Entry>()
  const note: Store['note'] = (path, entry, unlessKnown = {}) =>
    void index.set(path, { ...unlessKnown, ...index.get(path), ...entry })
  const keep = (path: string, value: unknown) => kept.set(path, encode(value))

  const recorder: Host = {
    read: async (path, options) => {
      const reading = await host.read(path, options)
      if (isOk(reading)) keepContent({ kept, note }, { path, options, content: reading.value })
      else noteFailure(note, path, reading)
      return reading
    },
    list: async path => {
      const reading = await host.list(path)
      if (isOk(reading)) note(path, { type: 'dir', entries: reading.value })
      else noteFailure(note, path, reading)
      return reading
    },
    stat: async path => {
      const reading = await host.stat(path)
      if (isOk(reading)) note(path, { ...reading.value, ...unread(reading.value.type, kept.has(`files${path}`)) })
      else noteFailure(note, path, reading)
      return reading
    },
    run: async name => keepCall(await host.run(name), value => keep(`commands/${name}.json`, value)),
    cri: async call => keepCall(await host.cri(call), value => keep(`cri/${call}.json`, value)),
    http: async name => keepCall(await host.http(name), value => keep(`http/${name}.json`, value)),
  }
  return {
    host: recorder,
    files: () => new Map([...kept, ['files.json', encode(Object.fromEntries([...index].sort(byPath)))]]),
  }
}

interface Store {
  readonly kept: Map<string, Uint8Array>
  /** `unlessKnown` does not replace what another read has found. */
  readonly note: (path: string, entry: Entry, unlessKnown?: Entry) => void
}

function keepContent(
  { kept, note }: Store,
  { path, options, content }: { path: string; options: ReadOptions | undefined; content: FileContent },
): void {
  const cut = content.truncated === null ? {} : { truncated: content.truncated }
  if (options?.keep === 'head' && content.truncated === 'head') {
    kept.set(`files${path}#head`, withoutSecrets(path, content.bytes))
    note(path, { content: false }, { type: 'file' })
    return
  }
  const key = options?.sample === 2 ? `${path}#2` : path
  kept.set(`files${key}`, withoutSecrets(path, content.bytes))
  note(key, { content: true, ...cut }, { type: 'file', size: content.bytes.length })
}

/** A file that was examined and never read has no content in the recording. */
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

function keepCall<T>(reading: Reading<T>, keep: (value: unknown) => void): Reading<T> {
  if (isOk(reading)) keep(reading.value)
  else if (reading.reason !== 'not-recorded') keep({ error: callError(reading) })
  return reading
}

/** Failures of calls are kept as text whose first word tells the replay the reason. */
const callError = ({ reason, detail }: Unavailable): string =>
  errnos[reason] ? `${errnos[reason]}: ${detail}` : detail

const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))
const byPath = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => (a < b ? -1 : 1)
