import type { Argv } from 'yargs'
import { NetcheckError } from '../../shared/errors.ts'
import type { Options } from './command.ts'
import type { Io } from './io.ts'

const actions = ['release', 'undo'] as const

/** Actions of `ipam` with their options. */
export const ipamActionOptions = (yargs: Argv): Argv =>
  yargs
    .positional('action', {
      choices: actions,
      describe: 'release: give leaked addresses of one node back; undo: put them back',
    })
    .option('address', {
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'release: an address to give back, repeatable',
    })
    .option('all-leaked', { type: 'boolean', default: false, describe: 'release: every address that is leaked' })
    .option('orphans', {
      type: 'boolean',
      default: false,
      describe:
        'release: network namespaces of sandboxes that are gone; with --yes removes them, which cannot be undone',
    })
    .option('yes', {
      type: 'boolean',
      default: false,
      describe: 'release: do it; without, print what would be done',
    })
    .option('lock-timeout', {
      type: 'string',
      default: '10s',
      requiresArg: true,
      describe: 'release, undo: how long to wait for host-local’s lock',
    })
    .option('run', { type: 'string', requiresArg: true, describe: 'undo: the run to put back; without, list runs' })
    .example('$0 ipam release --node node1 --all-leaked', 'what would be given back')
    .example('$0 ipam release --node node1 --all-leaked --yes', 'give it back')
    .example('$0 ipam undo --node node1', 'what was given back')

/** Runs the requested action. Throws NetcheckError `USAGE` when it would change a recording. */
export async function runIpamAction(options: Options, io: Io): Promise<number> {
  const isAction = options.orphans === true || options.action !== undefined
  if (isAction && options.from !== undefined) {
    throw new NetcheckError('USAGE', 'ipam release and undo change a cluster; a recording can only be looked at')
  }
  if (options.orphans === true) return (await import('./ipam-orphans.ts')).runIpamOrphans(options, io)
  if (options.action === 'release') return (await import('./ipam-release.ts')).runIpamRelease(options, io)
  if (options.action === 'undo') return (await import('./ipam-undo.ts')).runIpamUndo(options, io)
  return (await import('./ipam.ts')).runIpam(options, io)
}
