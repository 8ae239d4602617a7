import { Readable } from 'node:stream'
import type { Io } from '../../plugin/cli/io.ts'
import { plain } from '../../plugin/report/paint.ts'

/** A process without a terminal: what a command writes is kept. */
export function memoryIo(more: Partial<Io> = {}): {
  readonly io: Io
  readonly out: () => string
  readonly notes: string[]
} {
  let out = ''
  const notes: string[] = []
  const io: Io = {
    out: text => {
      out += text
    },
    outBytes: async () => {},
    takesBytes: true,
    input: () => Readable.from([]),
    note: line => notes.push(line),
    progress: () => {},
    paint: plain,
    width: 120,
    env: {},
    now: () => 0,
    signal: new AbortController().signal,
    assets: new URL('file:///nonexistent/'),
    ...more,
  }
  return { io, out: () => out, notes }
}
