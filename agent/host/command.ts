import { spawn } from 'node:child_process'
import pLimit from 'p-limit'
import { type CommandName, commandLine, printsRules } from '../../shared/commands.ts'
import { messageOf } from '../../shared/errors.ts'
import type { CommandResult } from '../../shared/host.ts'
import { limits } from '../../shared/limits.ts'
import { ok, type Reading, unavailable } from '../../shared/reading.ts'
import { childKilobytes, ranOutOfMemory, withMemory } from './memory.ts'
import type { Mounts } from './mounts.ts'
import { collectOutput, killGroup } from './output.ts'
import { withPinned } from './pin.ts'

const folders = [
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
  '/run/current-system/sw/bin',
]
const environment = { LC_ALL: 'C', PATH: folders.join(':') }

/**
 * Runs a command of the fixed table, chrooted into the host's file system; `missing` when the host lacks the program.
 */
export async function runCommand(mounts: Mounts, name: CommandName): Promise<Reading<CommandResult>> {
  const [program, ...rest] = commandLine(name)
  const path = await findProgram(mounts, program)
  if (path === null) return unavailable('missing', `the host has no program ${program}`)
  const inside = [path, ...rest]
  const argv = mounts.root === '' ? inside : ['chroot', mounts.root, ...inside]
  const shown = commandLine(name)
  if (printsRules(name)) return runAlone(argv, shown)
  return perform(argv, { shown, timeoutMs: limits.commandMs, mostBytes: limits.commandBytes })
}

const oneAtATime = pLimit(1)

/** Commands that dump rules build the whole dump in memory, which counts towards the agent's own limit. */
const runAlone = (argv: readonly string[], shown: readonly string[]): Promise<Reading<CommandResult>> =>
  oneAtATime(() => {
    const kilobytes = childKilobytes(process.constrainedMemory())
    return perform(argv, { shown, kilobytes, timeoutMs: limits.rulesMs, mostBytes: limits.rulesBytes })
  })

/** Path on the host of the first executable of that name in the search path. */
async function findProgram(mounts: Mounts, program: string): Promise<string | null> {
  for (const folder of folders) {
    const path = `${folder}/${program}`
    const isThere = await withPinned(mounts, { path, followLast: true }, async ({ stats }) => {
      return stats.isFile() && (stats.mode & 0o111) !== 0
    }).catch(() => false)
    if (isThere) return path
  }
  return null
}

interface Bounds {
  readonly shown: readonly string[]
  readonly timeoutMs: number
  readonly mostBytes: number
  /** Memory limit; unlimited when not given. */
  readonly kilobytes?: number | null
  /** Environment variables in addition to PATH. */
  readonly variables?: Readonly<Record<string, string>>
}

/** Runs a program until it exits; when it exceeds a bound its whole process group is killed. */
export async function perform(command: readonly string[], bounds: Bounds): Promise<Reading<CommandResult>> {
  const { shown, timeoutMs, mostBytes, kilobytes = null, variables = {} } = bounds
  const start = performance.now()
  const child = launch(kilobytes === null ? command : withMemory(kilobytes, command), variables)
  const place = shown.join(' ')
  const timer = setTimeout(() => killGroup(child), timeoutMs)
  try {
    const { exitCode, stdout, stderr, isTooLong } = await collectOutput(child, mostBytes)
    const durationMs = Math.round(performance.now() - start)
    if (isTooLong) return unavailable('too-large', `${place} printed more than ${mostBytes} bytes`)
    if (exitCode === null && durationMs >= timeoutMs) {
      return unavailable('timeout', `${place} did not end within ${timeoutMs} ms`)
    }
    if (kilobytes !== null && ranOutOfMemory({ exitCode, stderr })) {
      return unavailable('too-large', `${place} needs more than ${kilobytes >> 10} MB`)
    }
    if (exitCode === null) return unavailable('failed', `${place} was killed`)
    if (isChrootDenied(stderr)) return unavailable('denied', `${place}: ${stderr.trim()}`)
    return ok({ argv: shown, exitCode, stdout, stderr, durationMs })
  } catch (error) {
    return unavailable('failed', `${place} could not be started: ${messageOf(error)}`)
  } finally {
    clearTimeout(timer)
  }
}

const launch = ([program = '', ...args]: readonly string[], variables: Readonly<Record<string, string>>) =>
  spawn(program, args, {
    cwd: '/',
    env: { ...environment, ...variables },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })

const isChrootDenied = (stderr: string): boolean => /^chroot: .*Operation not permitted/.test(stderr)
