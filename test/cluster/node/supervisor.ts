import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { createConnection, type Socket } from 'node:net'

export interface Launch {
  readonly program: string
  readonly args: readonly string[]
  /** Name that the process shows instead of its program; the default is the program. */
  readonly argv0?: string | undefined
  readonly env: Readonly<Record<string, string>>
  /** File that takes both of its streams. */
  readonly log: string
}

export interface Ending {
  readonly code: number | null
  readonly signal: string | null
}

/** Starts and stops processes where it runs itself: on this machine, or inside of a node's namespaces. */
export class Supervisor {
  readonly #children = new Map<number, ChildProcess>()

  /** Starts a process in its own group. Returns a number for it; `onEnd` is called once. */
  launch(id: number, { program, args, argv0, env, log }: Launch, onEnd: (ending: Ending) => void): void {
    const file = openSync(log, 'a')
    const child = spawn(program, args, {
      ...(argv0 === undefined ? {} : { argv0 }),
      env,
      stdio: ['ignore', file, file],
      detached: true,
    })
    closeSync(file)
    this.#children.set(id, child)
    let ended = false
    const end = (ending: Ending) => {
      this.#children.delete(id)
      if (!ended) onEnd(ending)
      ended = true
    }
    child.once('error', () => end({ code: 127, signal: null }))
    child.once('exit', (code, signal) => end({ code, signal }))
  }

  /** Sends a signal to a process and all that it started. */
  kill(id: number, signal: NodeJS.Signals): void {
    const pid = this.#children.get(id)?.pid
    if (pid === undefined) return
    try {
      process.kill(-pid, signal)
    } catch {
      // It has just ended.
    }
  }

  killAll(): void {
    for (const id of [...this.#children.keys()]) this.kill(id, 'SIGKILL')
  }
}

/** Connects to a port of the loopback address. Rejects when nobody listens. */
export const connectLocal = (port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = createConnection({ host: '127.0.0.1', port })
    socket.once('connect', () => resolve(socket))
    socket.once('error', reject)
  })
