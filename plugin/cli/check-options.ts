import type { Argv } from 'yargs'
import { severities } from '../../shared/finding.ts'

/** Views of a run: each shows a part of the report with a table of its own. */
export const viewNames = ['cni', 'dns', 'proxy', 'services', 'pods', 'policies', 'routes'] as const

const codes = { type: 'string', array: true, requiresArg: true } as const

/** Options that choose checks and findings. */
export const filterOptions = (yargs: Argv): Argv =>
  namespaceOption(yargs)
    .option('severity', {
      requiresArg: true,
      choices: severities,
      default: 'info' as const,
      describe: 'least severity of the findings that are shown',
    })
    .option('only', { ...codes, describe: 'run only these checks: codes or areas, such as CNI003,DNS' })
    .option('skip', { ...codes, describe: 'leave out these checks: codes or areas' })

/** The option that chooses whose pods and services are shown. */
export const namespaceOption = (yargs: Argv): Argv =>
  yargs.option('namespace', {
    alias: 'n',
    type: 'string',
    requiresArg: true,
    describe: 'show pods and services of these namespaces only, separated by commas',
  })

/** Options for active probes, which are off by default. */
export const probeOptions = (yargs: Argv): Argv =>
  yargs
    .option('probe', {
      type: 'boolean',
      default: false,
      describe:
        'let agents connect between nodes, pods and services, and ask DNS (at most 64 each; nothing is sent on)',
    })
    .option('probe-outside', {
      ...codes,
      describe: 'with --probe: ask for this name of DNS, or connect to this ADDRESS:PORT, outside of the cluster',
    })

/** Positionals of `check`: a view, and optionally one object in it. */
export const viewPositionals = (yargs: Argv): Argv =>
  yargs
    .positional('view', { choices: viewNames, describe: 'part of the run; everything when none is given' })
    .positional('name', { type: 'string', describe: 'one service or pod, as namespace/name' })
