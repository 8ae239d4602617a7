import type { Argv } from 'yargs'
import { analyzePositionals, toCheckOptions } from './analyze-arguments.ts'
import { bundleOptions } from './bundle-options.ts'
import { filterOptions, namespaceOption, probeOptions, viewPositionals } from './check-options.ts'
import type { Command } from './command.ts'
import { ipamActionOptions } from './ipam-actions.ts'
import { ipamOptions } from './ipam-options.ts'
import { agentOptions, checkClusterOptions, clusterOptions } from './options.ts'
import { pathOptions } from './path-options.ts'
import { redactOptions } from './redact-options.ts'
import { fromOption, pageOptions, reportOptions } from './render.ts'
import { timelineOptions } from './timeline-options.ts'

const checkOptions = (yargs: Argv): Argv =>
  probeOptions(fromOption(filterOptions(pageOptions(agentOptions(checkClusterOptions(yargs)))))).option('no-agent', {
    type: 'boolean',
    default: false,
    describe: 'ask the API alone and create nothing; what only nodes know is not run',
  })

/** The default command: `check` of everything. */
export const wholeCheck: Command = {
  command: '$0',
  describe: 'The same as check',
  build: checkOptions,
  run: async (options, io) => (await import('./check.ts')).runCheck(options, io),
}

/** Every subcommand with its options; implementations are imported when they run. */
export const commands: readonly Command[] = [
  {
    command: 'check [view] [name]',
    describe: 'What is wrong with the network, from the API and from every node (also when no command is given)',
    build: yargs =>
      viewPositionals(checkOptions(yargs))
        .example('$0 check', 'everything')
        .example('$0 check services shop/web', 'one service, and what is the cause where it fails')
        .example('$0 check pods -n shop', 'why pods of a namespace are stuck')
        .example('$0 check --probe', 'ask the network too: connections between nodes, pods and services')
        .example('$0 check --no-agent', 'without any pod in the cluster'),
    run: wholeCheck.run,
  },
  {
    command: 'nodes [node..]',
    describe: 'State of every node’s network, and what is wrong with it',
    build: yargs =>
      fromOption(pageOptions(agentOptions(clusterOptions(yargs))))
        .positional('node', { type: 'string', describe: 'names of nodes; all when none is given' })
        .option('selector', { alias: 'l', type: 'string', requiresArg: true, describe: 'label selector of nodes' })
        .example('$0 nodes', 'look at every node')
        .example('$0 nodes node2 -o wide', 'one node, all findings with all evidence')
        .example('$0 nodes --from recording/', 'judge a recording, without a cluster'),
    run: async (options, io) => (await import('./nodes.ts')).runNodes(options, io),
  },
  {
    command: 'ipam [action]',
    describe: 'Addresses of nodes: capacity, live, leaked and unknown, and why they leak; gives leaked ones back',
    build: yargs => ipamActionOptions(ipamOptions(fromOption(agentOptions(clusterOptions(yargs))))),
    run: async (options, io) => (await import('./ipam-actions.ts')).runIpamAction(options, io),
  },
  {
    command: 'analyze <bundle..>',
    describe: 'Judge recordings, or a dump of another tool (folder, .tar.gz or -), without a cluster',
    build: yargs =>
      analyzePositionals(filterOptions(pageOptions(yargs)))
        .example('$0 analyze recording.tar.gz -o wide', 'all findings with all evidence')
        .example('$0 analyze recording.tar.gz -o html > report.html', 'a page to read and to pass on')
        .option('timeline', {
          type: 'boolean',
          default: false,
          describe: 'what happened, in order: as timeline --from',
        })
        .example('$0 analyze node1.tar.gz node2.tar.gz dns', 'several recordings as one, and one view of it'),
    run: async (options, io) =>
      options.timeline
        ? (await import('./timeline.ts')).runTimeline(toCheckOptions(options), io)
        : (await import('./check.ts')).runCheck(toCheckOptions(options), io),
  },
  {
    command: 'path <source> <target>',
    describe: 'Why a pod or a node does not reach a service, pod, node or address: hop by hop',
    build: yargs => pathOptions(fromOption(agentOptions(checkClusterOptions(yargs)))),
    run: async (options, io) => (await import('./path.ts')).runPath(options, io),
  },
  {
    command: 'bundle [action] [target]',
    describe: 'Record cluster and nodes into one .tar.gz that can be mailed, and judged without the cluster',
    build: yargs =>
      redactOptions(bundleOptions(agentOptions(clusterOptions(yargs))))
        .positional('action', {
          type: 'string',
          choices: ['redact'],
          describe: 'write a bundle again under other names',
        })
        .positional('target', { type: 'string', describe: 'the bundle to be redacted' })
        .example('$0 bundle', 'everything, into a file of this folder')
        .example('$0 bundle --nodes node1,node2 --since 4h', 'two nodes, logs of four hours')
        .example('$0 bundle -f - | ssh host "cat > bundle.tar.gz"', 'without a file here')
        .example('$0 bundle redact bundle.tar.gz', 'the same under other names and addresses'),
    run: async (options, io) =>
      options.action === 'redact'
        ? (await import('./bundle-redact.ts')).runBundleRedact(options, io)
        : (await import('./bundle.ts')).runBundle(options, io),
  },
  {
    command: 'diff <before> [after]',
    describe: 'How a recording, or the cluster as it is now, differs from an earlier recording',
    build: yargs =>
      timelineOptions(reportOptions(agentOptions(clusterOptions(yargs))))
        .option('timeline', { type: 'boolean', default: false, describe: 'what happened in between as well' })
        .positional('before', { type: 'string', describe: 'path of the earlier recording' })
        .positional('after', { type: 'string', describe: 'path of the later one; the cluster itself when not given' })
        .example('$0 diff monday.tar.gz today.tar.gz', 'what is new, what is gone, what was changed'),
    run: async (options, io) => (await import('./diff.ts')).runDiff(options, io),
  },
  {
    command: 'timeline',
    describe: 'What happened, in order: events, restarts, boots, changed files and the lines of logs that matter',
    build: yargs =>
      timelineOptions(namespaceOption(fromOption(reportOptions(agentOptions(checkClusterOptions(yargs))))))
        .example('$0 timeline --since 1h --node node2', 'the last hour of one node')
        .example('$0 timeline --from recording.tar.gz -o wide', 'everything that a recording tells'),
    run: async (options, io) => (await import('./timeline.ts')).runTimeline(options, io),
  },
  {
    command: 'verify <id>',
    describe:
      'Read again what one finding was made of: exit code 0 when it is gone, 1 when it is there, 3 when unknown',
    build: yargs =>
      fromOption(reportOptions(agentOptions(clusterOptions(yargs))))
        .positional('id', { type: 'string', describe: 'id of the finding, from its `verify` line or the JSON' })
        .example('$0 verify CNI003/node/node2', 'after the plugin was put back'),
    run: async (options, io) => (await import('./verify.ts')).runVerify(options, io),
  },
  {
    command: 'cleanup',
    describe: 'Remove everything that runs of netcheck left in a namespace',
    build: clusterOptions,
    run: async (options, io) => (await import('./cleanup.ts')).runCleanup(options, io),
  },
  {
    command: 'manifests',
    describe: 'Print exactly what `nodes` would create',
    build: yargs => agentOptions(clusterOptions(yargs)),
    run: async (options, io) => (await import('./manifests.ts')).runManifests(options, io),
  },
  {
    command: 'explain [code]',
    describe: 'What a check looks for, how to confirm it by hand and how to mend it',
    build: yargs =>
      yargs.positional('code', { type: 'string', describe: 'such as CNI003; all codes when none is given' }),
    run: async (options, io) => (await import('./explain.ts')).runExplain(options, io),
  },
  {
    command: 'version',
    describe: 'Version of this program',
    build: yargs => yargs,
    run: async (_, io) => (await import('./version.ts')).runVersion(io),
  },
]
