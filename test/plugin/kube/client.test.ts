import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect as dial } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ConnectOptions, connect } from '../../../plugin/kube/client.ts'
import { type Connection, resources } from '../../../plugin/kube/port.ts'
import { type ScriptedApi, sendJson, startApi } from '../../support/scripted-api.ts'

let folder = ''
let api: ScriptedApi | undefined
let connection: Connection | undefined
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netcheck-'))
})
afterEach(async () => {
  connection?.close()
  connection = undefined
  await api?.close()
  api = undefined
  await rm(folder, { recursive: true })
})

interface Parts {
  readonly server?: string
  readonly cluster?: Readonly<Record<string, unknown>>
  readonly user?: Readonly<Record<string, unknown>>
  readonly context?: Readonly<Record<string, unknown>>
}

/** JSON is YAML too. */
const kubeconfig = ({ server = 'https://127.0.0.1:1', cluster, user, context }: Parts) => ({
  'current-context': 'home',
  clusters: [{ name: 'c', cluster: { server, ...cluster } }],
  users: [{ name: 'u', user: user ?? {} }],
  contexts: [{ name: 'home', context: { cluster: 'c', user: 'u', namespace: 'ns', ...context } }],
})

async function file(content: unknown, name = 'config'): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

const to = async (parts: Parts, options: Partial<ConnectOptions> = {}): Promise<Connection> => {
  connection = await connect({
    kubeconfig: await file(kubeconfig(parts)),
    requestTimeoutMs: 2_000,
    env: {},
    ...options,
  })
  return connection
}

async function startCluster(tls = false): Promise<ScriptedApi> {
  api = await startApi((_seen, response) => sendJson(response, { gitVersion: 'v1.36.2', metadata: {}, items: [] }), {
    tls,
  })
  return api
}

const trust = ({ ca }: ScriptedApi) => ({ 'certificate-authority-data': Buffer.from(ca).toString('base64') })

test('context, server and namespace are those of the kubeconfig', async () => {
  const { describe } = await to({ server: 'https://10.0.0.1:6443/' })
  expect(describe()).toEqual({ context: 'home', server: 'https://10.0.0.1:6443', namespace: 'ns' })
})

test('many requests share one TLS connection', async () => {
  const cluster = await startCluster(true)
  const { kube } = await to({ server: cluster.url, cluster: trust(cluster) })
  for (let i = 0; i < 5; i += 1) expect(await kube.list(resources.nodes)).toEqual({ status: 'ok', value: [] })
  expect(cluster.connections()).toBe(1)
})

test('an authority that the kubeconfig does not name is not trusted, unless it says so', async () => {
  const cluster = await startCluster(true)
  const strict = await to({ server: cluster.url })
  expect(await strict.kube.version()).toMatchObject({ reason: 'failed', detail: expect.stringContaining('TLS failed') })
  const lax = await to({ server: cluster.url, cluster: { 'insecure-skip-tls-verify': true } })
  expect(await lax.kube.version()).toEqual({ status: 'ok', value: 'v1.36.2' })
})

test('a token is sent, and impersonation with every group', async () => {
  const cluster = await startCluster()
  const options = { as: 'jane', asGroup: ['dev', 'ops'] }
  const { kube } = await to({ server: cluster.url, user: { token: 'secret' } }, options)
  await kube.version()
  const [request] = cluster.requests
  expect(request?.headers).toMatchObject({ authorization: 'Bearer secret', 'impersonate-user': 'jane' })
  expect(request?.rawHeaders.filter((_, i, all) => all[i - 1]?.toLowerCase() === 'impersonate-group')).toEqual([
    'dev',
    'ops',
  ])
})

test('a context without user is served without credentials', async () => {
  const cluster = await startCluster(true)
  const { kube } = await to({ server: cluster.url, cluster: trust(cluster), context: { user: '' } })
  expect(await kube.version()).toMatchObject({ status: 'ok' })
  expect(cluster.requests[0]?.headers.authorization).toBeUndefined()
})

test('--server and --context come before the kubeconfig', async () => {
  const cluster = await startCluster()
  const { kube, describe } = await to({}, { server: cluster.url, context: 'home' })
  expect(await kube.version()).toMatchObject({ status: 'ok' })
  expect(describe().server).toBe(cluster.url)
})

test('several files are one kubeconfig, and absent ones are passed over', async () => {
  const { clusters, users, contexts } = kubeconfig({ server: 'https://10.0.0.1' })
  const paths = [
    join(folder, 'absent'),
    await file({ 'current-context': 'home', contexts }, 'a'),
    await file({ clusters, users }, 'b'),
  ]
  connection = await connect({ requestTimeoutMs: 1, env: { KUBECONFIG: paths.join(':') } })
  expect(connection.describe().server).toBe('https://10.0.0.1')
})

test('a credential plugin beside the kubeconfig is run and told about the cluster', async () => {
  const cluster = await startCluster()
  const script =
    'import("node:fs").then(fs => { const info = JSON.parse(process.env.KUBERNETES_EXEC_INFO);' +
    'console.log(JSON.stringify({ kind: info.kind, status: { token: info.spec.cluster.server + process.env.EXTRA } })) })'
  const plugin = await file(`#!${process.execPath}\n${script}\n`, 'plugin')
  await chmod(plugin, 0o755)
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: './plugin',
    provideClusterInfo: true,
    env: [{ name: 'EXTRA', value: '!' }],
  }
  const { kube } = await to({ server: cluster.url, user: { exec } })
  await kube.version()
  expect(cluster.requests[0]?.headers.authorization).toBe(`Bearer ${cluster.url}!`)
})

test('a credential plugin that fails is quoted', async () => {
  const exec = { command: process.execPath, args: ['-e', 'console.error("session expired"); process.exit(3)'] }
  await expect(to({ user: { exec } })).rejects.toMatchObject({
    code: 'KUBECONFIG',
    message: expect.stringContaining('failed: session expired'),
  })
})

test('a credential plugin that is not installed says how to get it', async () => {
  const exec = { command: 'no-such-plugin', installHint: 'install it\nfrom there' }
  await expect(to({ user: { exec } })).rejects.toMatchObject({ code: 'KUBECONFIG', hint: 'install it from there' })
})

test.each([
  ['clusters: [', 'end of the stream|unexpected|expected'],
  ['', 'empty'],
  ['just text', 'no current context'],
  ['clusters: [{name: c}]', 'clusters\\[0\\].cluster is missing'],
])('%j is no kubeconfig', async (content, reason) => {
  const failure = connect({ kubeconfig: await file(content), requestTimeoutMs: 1, env: {} })
  await expect(failure).rejects.toMatchObject({
    code: expect.stringMatching('KUBECONFIG|CONTEXT'),
    message: expect.stringMatching(reason),
  })
})

test('no kubeconfig at all names the place where it was looked for', async () => {
  const failure = connect({ requestTimeoutMs: 1, env: { HOME: folder } })
  await expect(failure).rejects.toMatchObject({
    code: 'KUBECONFIG',
    message: `no kubeconfig: ${folder}/.kube/config does not exist`,
  })
})

test.each([
  [{ context: { cluster: 'gone' } }, 'context "home" names cluster "gone", which the kubeconfig does not have'],
  [{ context: { user: 'gone' } }, 'context "home" names user "gone", which the kubeconfig does not have'],
])('a context that leads nowhere is told with what is missing', async (parts, message) => {
  await expect(to(parts)).rejects.toMatchObject({ code: 'CONTEXT', message })
})

test('an unknown context is told with those that exist', async () => {
  await expect(to({}, { context: 'work' })).rejects.toMatchObject({
    code: 'CONTEXT',
    hint: 'contexts that exist: home',
  })
})

test.each(['ftp://x', 'nonsense'])('the server %s is refused', async server => {
  await expect(to({ server })).rejects.toMatchObject({ code: 'KUBECONFIG' })
})

test('a certificate file that is gone is told by name', async () => {
  await expect(to({ user: { 'client-certificate': 'gone.crt' } })).rejects.toMatchObject({
    code: 'KUBECONFIG',
    message: expect.stringContaining('gone.crt'),
  })
})

interface Proxy {
  readonly url: string
  readonly targets: readonly string[]
  readonly server: Server
}

/** A proxy that leads every CONNECT to the given port, whatever name was asked for. */
async function startProxy(port: number): Promise<Proxy> {
  const targets: string[] = []
  const server = createServer().on('connect', (request, client) => {
    targets.push(request.url ?? '')
    const upstream = dial(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n')
      upstream.pipe(client).pipe(upstream)
    })
    upstream.on('error', () => client.destroy())
    client.on('error', () => upstream.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, targets, server }
}

test('HTTPS_PROXY leads to the server, once for all requests, and NO_PROXY around it', async () => {
  const cluster = await startCluster(true)
  const { url, targets, server } = await startProxy(cluster.port)
  try {
    const parts = { server: 'https://api.cluster.test:6443', cluster: trust(cluster) }
    const { kube } = await to(parts, { env: { HTTPS_PROXY: url } })
    expect(await kube.version()).toEqual({ status: 'ok', value: 'v1.36.2' })
    expect(await kube.version()).toEqual({ status: 'ok', value: 'v1.36.2' })
    expect(targets).toEqual(['api.cluster.test:6443'])
    connection?.close()
    const around = await to(parts, { env: { HTTPS_PROXY: url, NO_PROXY: '.cluster.test' } })
    expect(await around.kube.version()).toMatchObject({ detail: expect.stringContaining('no address is known') })
    expect(targets).toHaveLength(1)
  } finally {
    connection?.close()
    server.close()
  }
})

test('a proxy that refuses is told as such', async () => {
  const server = createServer().on('connect', (_request, client) =>
    client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'),
  )
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const { kube } = await to({ server: 'https://api.cluster.test', cluster: { 'proxy-url': url } })
    expect(await kube.version()).toMatchObject({ detail: expect.stringContaining('the proxy refused the connection') })
  } finally {
    server.close()
  }
})
