import { existsSync } from 'node:fs'
import type { Agent } from 'node:http'
import type { RequestOptions } from 'node:https'
import { dirname, isAbsolute, join } from 'node:path'
import { type Cluster, type Context, KubeConfig, type User } from '@kubernetes/client-node'
import { messageOf, NetcheckError } from '../../shared/errors.ts'
import { oneLine } from '../../shared/text.ts'
import { brokenKubeconfig, chooseContext, kubeconfigPaths, mergeEntries, noKubeconfig } from './kubeconfig.ts'
import { apiLimits } from './limits.ts'
import { liveKube } from './live-reader.ts'
import { liveWriter } from './live-writer.ts'
import type { Connection } from './port.ts'
import { type Environment, proxyFor } from './proxy.ts'
import type { Authorization } from './transport.ts'

/** Which cluster to connect to, and as whom. */
export interface ConnectOptions {
  readonly kubeconfig?: string
  readonly context?: string
  /** User and groups to impersonate. */
  readonly as?: string
  readonly asGroup?: readonly string[]
  /** Replaces the server of the context. */
  readonly server?: string
  /** Time limit of each request in ms. */
  readonly requestTimeoutMs: number
  readonly env: Environment
}

/** Loads the kubeconfig and creates both API ports; sends no request yet. Throws KUBECONFIG or CONTEXT. */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const config = load(options)
  const { context, cluster, user } = select(config, options)
  adjust({ cluster, user }, options)
  const authorization = await authorize(config, options)
  const { agent } = authorization
  keepAlive(agent)
  const endpoint = {
    server: new URL(cluster.server),
    authorize: async () => ({ headers: (await authorize(config, options)).headers, agent }),
  }
  return {
    kube: liveKube(endpoint, { timeoutMs: options.requestTimeoutMs }),
    writer: liveWriter(endpoint, options.requestTimeoutMs),
    describe: () => ({ context: context.name, server: cluster.server, namespace: context.namespace ?? 'default' }),
    close: () => agent.destroy(),
  }
}

/** Names of the available contexts. Throws KUBECONFIG. */
export const contextsOf = (options: Pick<ConnectOptions, 'kubeconfig' | 'env'>): readonly string[] =>
  load(options).contexts.map(({ name }) => name)

function load({ kubeconfig, env }: Pick<ConnectOptions, 'kubeconfig' | 'env'>): KubeConfig {
  const paths = kubeconfigPaths(kubeconfig, env)
  const present = paths.filter(path => existsSync(path))
  const config = new KubeConfig()
  if (present.length === 0) {
    if (kubeconfig || !env.KUBERNETES_SERVICE_HOST) throw noKubeconfig(paths)
    config.loadFromCluster()
    return config
  }
  for (const path of present) mergeEntries(config, loadFile(path))
  return config
}

function loadFile(path: string): KubeConfig {
  const config = new KubeConfig()
  try {
    config.loadFromFile(path)
  } catch (error) {
    throw brokenKubeconfig(path, oneLine(messageOf(error).split('\n')[0] ?? ''), error)
  }
  for (const { exec } of config.users) if (exec) resolveCommand(exec, dirname(path))
  return config
}

/** kubectl resolves a relative plugin path from the kubeconfig's folder; the library uses the working directory. */
function resolveCommand(exec: { command?: string }, folder: string): void {
  if (exec.command?.includes('/') && !isAbsolute(exec.command)) exec.command = join(folder, exec.command)
}

function select(config: KubeConfig, options: ConnectOptions): { context: Context; cluster: Cluster; user: User } {
  const name = chooseContext(config, options.context)
  config.setCurrentContext(name)
  const context = config.getContextObject(name)
  const cluster = config.getCurrentCluster()
  if (!context || !cluster) throw brokenContext(name, `cluster "${context?.cluster}"`, config.clusters)
  const user = context.user ? config.getCurrentUser() : anonymous(config, context)
  if (!user) throw brokenContext(name, `user "${context.user}"`, config.users)
  return { context, cluster, user }
}

function anonymous(config: KubeConfig, context: Context): User {
  const user: User = { name: '' }
  config.users.push(user)
  Object.assign(context, { user: user.name })
  return user
}

const brokenContext = (context: string, what: string, known: readonly { name: string }[]): NetcheckError =>
  new NetcheckError('CONTEXT', `context "${context}" names ${what}, which the kubeconfig does not have`, {
    hint: `it has: ${known.map(({ name }) => name).join(', ') || 'none'}`,
  })

/** Applies flags and environment to the loaded entries, where the library reads them. */
function adjust({ cluster, user }: { cluster: Cluster; user: User }, { server, as, env }: ConnectOptions): void {
  const url = checkedServer(server ?? cluster.server)
  Object.assign(cluster, {
    server: url.href.replace(/\/$/, ''),
    proxyUrl: cluster.proxyUrl || proxyFor(url, env),
    // The library refuses plain http, as for `kubectl proxy`, unless TLS verification is off.
    skipTLSVerify: cluster.skipTLSVerify || url.protocol === 'http:',
  })
  if (as) Object.assign(user, { impersonateUser: as })
  if (user.exec) user.exec.env = [...(user.exec.env ?? []), execInfo(user.exec, cluster)]
}

function checkedServer(server: string): URL {
  const url = URL.canParse(server) ? new URL(server) : null
  if (url && /^https?:$/.test(url.protocol)) return url
  throw new NetcheckError('KUBECONFIG', `the server address "${oneLine(server, 100)}" is not an http or https URL`, {
    hint: 'correct server in the kubeconfig or --server',
  })
}

/** KUBERNETES_EXEC_INFO for a credential plugin, which the library does not set. */
function execInfo(exec: { apiVersion?: string; provideClusterInfo?: boolean }, cluster: Cluster) {
  const about = {
    server: cluster.server,
    'certificate-authority-data': cluster.caData,
    'tls-server-name': cluster.tlsServerName,
  }
  const info = {
    apiVersion: exec.apiVersion ?? 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    spec: { interactive: false, ...(exec.provideClusterInfo ? { cluster: about } : {}) },
  }
  return { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }
}

async function authorize(config: KubeConfig, { asGroup }: ConnectOptions): Promise<Authorization> {
  const options: RequestOptions = {}
  try {
    await within(config.applyToHTTPSOptions(options), apiLimits.credentialMs)
  } catch (error) {
    throw credentialError(config.getCurrentUser(), error)
  }
  const { headers, agent, auth } = options
  if (!agent || typeof agent === 'boolean')
    throw new NetcheckError('KUBECONFIG', 'the library made no connection for this context')
  return {
    agent,
    headers: {
      // The library keeps headers in a plain record.
      ...(headers as Record<string, string> | undefined),
      ...(auth ? { authorization: `Basic ${Buffer.from(auth).toString('base64')}` } : {}),
      ...(asGroup?.length ? { 'Impersonate-Group': [...asGroup] } : {}),
    },
  }
}

function credentialError(user: User | null, cause: unknown): NetcheckError {
  const reason = oneLine(messageOf(cause)) || 'it failed without a word'
  if (!user?.exec)
    return new NetcheckError('KUBECONFIG', `the credentials of user "${user?.name}" cannot be used: ${reason}`, {
      cause,
    })
  return new NetcheckError('KUBECONFIG', `the credential plugin ${user.exec.command} failed: ${reason}`, {
    hint: user.exec.installHint
      ? oneLine(user.exec.installHint)
      : 'run it by hand to see what it wants, or log in again',
    cause,
  })
}

async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1_000} s`)), ms)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

/** The library's agents open a connection per request. */
const keepAlive = (agent: Agent): Agent => Object.assign(agent, { keepAlive: true, maxFreeSockets: 32 })
