import type { Argv } from 'yargs'
import { severities } from '../../shared/finding.ts'

/** Options of `ipam`. It fails on warnings by default, because a leak is a warning. */
export const ipamOptions = (yargs: Argv): Argv =>
  yargs
    .option('node', {
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'name of a node, repeatable; all when none is given',
    })
    .option('network', {
      type: 'string',
      requiresArg: true,
      describe: 'name of one network, as its configuration has it',
    })
    .option('output', {
      alias: 'o',
      requiresArg: true,
      choices: ['table', 'wide', 'json', 'yaml', 'name'] as const,
      default: 'table' as const,
      describe: 'form of the result; name prints leaked addresses alone',
    })
    .option('fail-on', {
      requiresArg: true,
      choices: [...severities, 'never'] as const,
      default: 'warning' as const,
      describe: 'least severity that makes the exit code 1',
    })
    .example('$0 ipam', 'whose the addresses of every node are')
    .example('$0 ipam --node node1 -o wide', 'every address that is leaked or in doubt, with what it was')
    .example('$0 ipam --from recording/', 'the same from a recording, without a cluster')
