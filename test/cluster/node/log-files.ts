import { createReadStream, existsSync, readFileSync, watch } from 'node:fs'
import { Readable } from 'node:stream'

interface Reading {
  readonly tailLines: number | undefined
  readonly follow: boolean
  readonly timestamps: boolean
  /** Whether nothing more will be written. */
  readonly isOver: () => boolean
}

/** The text of a log file, from its last lines on; goes on with what is written while it is followed. */
export function readLog(file: string, { tailLines, follow, timestamps, isOver }: Reading): Readable {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const lines = text.split('\n')
  const shown = tailLines === undefined ? text : lines.slice(-tailLines - (text.endsWith('\n') ? 1 : 0)).join('\n')
  const stamped = timestamps ? shown.replace(/^(?=.)/gm, `${new Date().toISOString()} `) : shown
  if (!follow) return Readable.from(stamped === '' ? [] : [stamped])
  return followFile(file, { first: stamped, from: Buffer.byteLength(text), isOver })
}

function followFile(
  file: string,
  { first, from, isOver }: { first: string; from: number; isOver: () => boolean },
): Readable {
  let at = from
  let busy = false
  const stream = new Readable({ read: () => {} })
  const more = () => {
    if (busy || stream.destroyed) return
    busy = true
    const part = createReadStream(file, { start: at })
    part.on('data', bytes => {
      at += bytes.length
      stream.push(bytes)
    })
    part.on('close', () => {
      busy = false
      if (isOver() && !stream.destroyed) stream.push(null)
    })
    part.on('error', () => {})
  }
  if (first !== '') stream.push(first)
  const watcher = watch(file, more)
  // A process that ends writes nothing that would wake the watcher.
  const timer = setInterval(more, 100)
  stream.once('close', () => {
    watcher.close()
    clearInterval(timer)
  })
  more()
  return stream
}
