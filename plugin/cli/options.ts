import type { Argv } from 'yargs'
import * as z from 'zod/mini'
import { NetcheckError } from '../../shared/errors.ts'
import { agentPrivileges } from '../agents/plan.ts'
import type { Options } from './command.ts'

/** Options that choose the cluster and the user, named as in kubectl. */
const connectionOptions = (yargs: Argv): Argv =>
  yargs
    .option('kubeconfig', { type: 'string', requiresArg: true, describe: 'path of the kubeconfig file' })
    .option('context', { type: 'string', requiresArg: true, describe: 'context of the kubeconfig to use' })
    .option('as', { type: 'string', requiresArg: true, describe: 'user to impersonate' })
    .option('as-group', {
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'group to impersonate, repeatable',
    })
    .group(['kubeconfig', 'context', 'as', 'as-group'], 'Cluster:')

/** The same, with the namespace of the agents. */
export const clusterOptions = (yargs: Argv): Argv =>
  connectionOptions(yargs)
    .option('namespace', { ...agentNamespace, alias: ['n', 'agent-namespace'] })
    .group('namespace', agentGroup)

/** The same for commands whose `--namespace` selects what is shown. */
export const checkClusterOptions = (yargs: Argv): Argv =>
  connectionOptions(yargs).option('agent-namespace', agentNamespace).group('agent-namespace', agentGroup)

const agentGroup = 'Agents:'

const agentNamespace = {
  type: 'string',
  default: 'kube-system',
  requiresArg: true,
  describe: 'namespace for the agents; it must exist and allow privileged pods',
} as const

/** Options of commands that send agents to nodes. */
export const agentOptions = (yargs: Argv): Argv =>
  yargs
    .option('agent-image', {
      type: 'string',
      default: defaultImage,
      requiresArg: true,
      describe: 'image with Node.js 20 or newer to run the agent in, for instance a mirror',
    })
    .option('image-pull-secret', { type: 'string', requiresArg: true, describe: 'secret for pulling the image' })
    .option('agent-privileges', {
      choices: agentPrivileges,
      default: 'full',
      requiresArg: true,
      describe: 'reduced: no privileged containers; what they may not read is not looked at',
    })
    .option('timeout', { type: 'string', default: '60s', requiresArg: true, describe: 'most time for the whole run' })
    .option('node-timeout', { type: 'string', default: '30s', requiresArg: true, describe: 'most time for one node' })
    .option('keep', { type: 'boolean', default: false, describe: 'leave the agents running until their deadline' })
    .group(['agent-image', 'image-pull-secret', 'agent-privileges', 'node-timeout', 'keep'], agentGroup)

const defaultImage = 'node:24-alpine'

const clusterSchema = z.object({
  kubeconfig: z.optional(z.string()),
  context: z.optional(z.string()),
  as: z.optional(z.string()),
  asGroup: z.optional(z.array(z.string())),
  namespace: z.string(),
})

const agentSchema = z.object({
  agentImage: z.string(),
  agentPrivileges: z.enum(agentPrivileges),
  imagePullSecret: z.optional(z.string()),
  timeout: z.string(),
  nodeTimeout: z.string(),
  keep: z.boolean(),
})

export type ClusterOptions = z.infer<typeof clusterSchema>
export type AgentOptions = Omit<z.infer<typeof agentSchema>, 'timeout' | 'nodeTimeout'> & {
  readonly timeoutMs: number
  readonly nodeTimeoutMs: number
}

/** Parses cluster options. Throws NetcheckError `USAGE` for groups without a user, which the API server refuses. */
export function parseClusterOptions(options: Options): ClusterOptions {
  const cluster = z.parse(clusterSchema, options)
  if (cluster.asGroup === undefined || cluster.as !== undefined) return cluster
  throw new NetcheckError('USAGE', '--as-group needs --as', { hint: 'name the user to impersonate with --as' })
}

/** Parses the options for agents. Throws NetcheckError `USAGE`. */
export function parseAgentOptions(options: Options): AgentOptions {
  const { timeout, nodeTimeout, ...rest } = z.parse(agentSchema, options)
  return {
    ...rest,
    timeoutMs: parseDuration('--timeout', timeout),
    nodeTimeoutMs: parseDuration('--node-timeout', nodeTimeout),
  }
}

const hour = 3_600_000
const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: hour }

/** Parses `90s`, `1m30s`, `500ms` or bare seconds to milliseconds. Throws NetcheckError `USAGE`. */
export function parseDuration(option: string, text: string): number {
  const bare = /^\d+$/.test(text) ? `${text}s` : text
  const pieces = [...bare.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)]
  const sum = pieces.reduce((ms, [, digits, unit = '']) => ms + Number(digits) * (units[unit] ?? 0), 0)
  if (pieces.map(([piece]) => piece).join('') === bare && sum > 0 && sum <= hour) return sum
  throw new NetcheckError('USAGE', `${option} ${text} is not a duration between 1ms and 1h`, {
    hint: 'write 30s or 1m30s',
  })
}
