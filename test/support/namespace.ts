import { execFileSync } from 'node:child_process'
import { inject, onTestFinished } from 'vitest'
import type { Reading } from '../../shared/reading.ts'
import type { PartName, PartValues } from '../../shared/snapshot.ts'

/** Access given to a collector: everything, only files, or only commands for devices and routes. */
export type Sources = 'all' | 'files' | 'commands'

export type Collected<P extends PartName> = { readonly [K in P]: Reading<PartValues[K]> }

/** A network namespace of the kernel with nothing in it but a loopback device that is up. */
export interface Namespace {
  /** As `ip netns` knows it. */
  readonly name: string
  /** Runs lines of a shell in the namespace; throws with what it printed when one of them fails. */
  readonly run: (script: string) => string
  /** Reads parts there as the agent does, in a process of its own. */
  readonly collect: <P extends PartName>(parts: readonly P[], sources?: Sources) => Collected<P>
}

let count = 0

/** Makes a namespace that goes away with the test. */
export function makeNamespace(): Namespace {
  const name = `netcheck-${process.pid}-${count++}`
  execFileSync('ip', ['netns', 'add', name])
  onTestFinished(() => {
    execFileSync('ip', ['netns', 'del', name])
  })
  const inside = (program: string, args: readonly string[]) =>
    execFileSync('ip', ['netns', 'exec', name, program, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 32 << 20,
      timeout: 15_000,
    })
  const run = (script: string) => inside('sh', ['-ec', script])
  // Link-local addresses appear asynchronously.
  run('echo 1 > /proc/sys/net/ipv6/conf/default/addr_gen_mode; ip link set lo up')
  return {
    name,
    run,
    collect: (parts, sources = 'all') =>
      // The child prints exactly this, made by the collectors of these parts.
      JSON.parse(inside(process.execPath, [inject('programs').collector, sources, ...parts])) as Collected<
        (typeof parts)[number]
      >,
  }
}
