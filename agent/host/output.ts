import type { ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

/** What a program printed; the exit code is null when a signal ended it. */
export interface Output {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
  readonly isTooLong: boolean
}

const mostErrorBytes = 64 << 10
const running = new Set<ChildProcess>()

/**
 * Waits for a child process that leads its own process group. Rejects with a system error when it could not be started.
 */
export function collectOutput(child: ChildProcess, mostBytes: number): Promise<Output> {
  const stdout = keepFirst(child.stdout, mostBytes, () => killGroup(child))
  const stderr = keepFirst(child.stderr, mostErrorBytes)
  running.add(child)
  return new Promise((resolve, reject) => {
    child.once('error', error => {
      running.delete(child)
      reject(error)
    })
    child.once('close', exitCode => {
      running.delete(child)
      resolve({ exitCode, stdout: stdout.text(), stderr: stderr.text(), isTooLong: stdout.isCut() })
    })
  })
}

/** Kills a program's process group, and closes its output in case a descendant left the group. */
export function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has already exited.
  }
  child.stdout?.destroy()
  child.stderr?.destroy()
}

/** Kills every running program; called when the agent itself exits. */
export function killAll(): void {
  for (const child of running) killGroup(child)
}

/** Keeps the first bytes of a stream as text and drains the rest, so that the writer never blocks. */
function keepFirst(stream: Readable | null, mostBytes: number, onMore = () => {}) {
  const decoder = new StringDecoder('utf8')
  let text = ''
  let length = 0
  stream?.on('data', (block: Buffer) => {
    // Decoded incrementally: keeping the blocks, their concatenation and the text would triple the memory.
    if (length < mostBytes) text += decoder.write(block.subarray(0, mostBytes - length))
    length += block.length
    if (length > mostBytes) onMore()
  })
  return {
    text: () => text + decoder.end(),
    isCut: () => length > mostBytes,
  }
}
