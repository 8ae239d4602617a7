#!/usr/bin/env node
import { messageOf, NetcheckError } from '../shared/errors.ts'
import { oneLine } from '../shared/text.ts'
import { findHelp } from './cli/help.ts'
import type { Io } from './cli/io.ts'
import { columnsOf } from './terminal/columns.ts'
import { makeInterruption } from './terminal/interruption.ts'
import { makePaint } from './terminal/paint.ts'
import { makeProgress } from './terminal/progress.ts'

/** Exit codes by signal, as in shells: 128 + signal number. */
const signalCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

const interruption = makeInterruption({ now: () => performance.now(), exit: code => process.exit(code) })
for (const [signal, code] of Object.entries(signalCodes)) process.on(signal, () => interruption.interrupt(code))

// `| head` closes the pipe: output ends, but the cluster still has to be cleaned up.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    interruption.stop(error)
  })
}

const progress = makeProgress({
  write: text => process.stderr.write(text),
  columns: () => (process.env.TERM === 'dumb' ? null : columnsOf(process.stderr)),
  now: Date.now,
})

const io: Io = {
  out: text => {
    progress(null)
    process.stdout.write(text)
  },
  outBytes: bytes =>
    new Promise((resolve, reject) => {
      process.stdout.write(bytes, error => (error ? reject(error) : resolve()))
    }),
  takesBytes: process.stdout.isTTY !== true,
  input: () => process.stdin,
  note: line => {
    progress(null)
    process.stderr.write(`${line}\n`)
  },
  progress,
  paint: makePaint({ isTerminal: process.stdout.isTTY === true, env: process.env }),
  width: columnsOf(process.stdout) ?? Number.POSITIVE_INFINITY,
  env: process.env,
  now: Date.now,
  signal: interruption.signal,
  assets: new URL(import.meta.url.endsWith('.ts') ? '../dist/' : './', import.meta.url),
}

process.exitCode = await run(process.argv.slice(2))
// Everything is cleaned up by now; an abandoned request would keep the process alive.
if (interruption.signal.aborted) process.exit()

async function run(args: readonly string[]): Promise<number> {
  try {
    if (args[0] === '__complete') return await (await import('./cli/complete.ts')).runComplete(args.slice(1), io)
    const help = await findHelp(args, io)
    if (help !== null) return print(help)
    const { parseArguments } = await import('./cli/parse.ts')
    const request = await parseArguments(args, columnsOf(process.stdout))
    if (request.kind === 'run') return await request.command.run(request.options, io)
    return print(request.text)
  } catch (error) {
    return report(error)
  }
}

function print(text: string): number {
  io.out(text)
  return 0
}

/** Prints a known failure as one line and a hint, and an unexpected one with its stack. */
function report(error: unknown): number {
  // A user who interrupts early, or a closed pipe, needs no message.
  if (interruption.signal.aborted && error === interruption.signal.reason) return interruption.exitCode() ?? 0
  if (error instanceof NetcheckError) {
    io.note(`error: ${oneLine(error.message, 2000)}`)
    if (error.hint) io.note(`hint: ${oneLine(error.hint, 2000)}`)
    return interruption.exitCode() ?? 2
  }
  io.note(error instanceof Error && error.stack ? error.stack : `error: ${messageOf(error)}`)
  return 2
}
