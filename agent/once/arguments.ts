import { parseArgs } from 'node:util'

/** Arguments of `--once`. */
export interface OnceOptions {
  /** The file to write, or `-`. */
  readonly target: string
  /** Path of the host's root file system. */
  readonly root: string
  readonly node: string
}

const options = { once: { type: 'string' }, root: { type: 'string' }, node: { type: 'string' } } as const

const usage = 'usage: agent.cjs --once FILE|- [--root DIR] [--node NAME]'

/** Parses the arguments. Throws an Error of one sentence for anything it does not understand. */
export function parseOnce(args: readonly string[], hostname: string): OnceOptions {
  const { once: target, root = '/', node = hostname } = valuesOf(args)
  if (!target) throw new Error(`it is not said what to write; ${usage}`)
  if (!root.startsWith('/')) throw new Error(`--root ${root} is no absolute path; ${usage}`)
  // The name becomes a folder of the recording.
  if (!/^[a-z0-9][a-z0-9._-]{0,252}$/i.test(node)) throw new Error(`${node} is no name of a node; ${usage}`)
  return { target, root, node }
}

function valuesOf(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (cause) {
    throw new Error(`the arguments are wrong; ${usage}`, { cause })
  }
}
