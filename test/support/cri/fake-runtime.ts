import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:http2'
import { dirname } from 'node:path'
import type { MessageInitShape } from '@bufbuild/protobuf'
import { type Code, ConnectError, type ConnectRouter, type ServiceImpl } from '@connectrpc/connect'
import { connectNodeAdapter } from '@connectrpc/connect-node'
import { onTestFinished } from 'vitest'
import { type ListPodSandboxResponseSchema, RuntimeService } from './gen/runtime_pb.js'

export type FakeRuntime = Partial<ServiceImpl<typeof RuntimeService>>

/** A container runtime's socket that speaks gRPC by an implementation other than the agent's. It ends with the test. */
export async function startRuntime(socket: string, runtime: FakeRuntime, version = 'v1'): Promise<void> {
  const routes = (router: ConnectRouter) => void router.service(RuntimeService, { version: () => version1, ...runtime })
  const handle = connectNodeAdapter({ routes, fallback: refuseService })
  const server = createServer((request, response) => {
    // The same service under another name: only the path of a call differs.
    request.url = request.url.replace(
      /^\/runtime\.(\w+)\./,
      (_, asked) => `/runtime.${asked === version ? 'v1' : 'none'}.`,
    )
    handle(request, response)
  })
  await mkdir(dirname(socket), { recursive: true })
  server.listen(socket)
  await once(server, 'listening')
  onTestFinished(() => void server.close())
}

/** As gRPC for Go answers. */
const refuseService: ReturnType<typeof connectNodeAdapter> = (_, response) => {
  response.setHeader('content-type', 'application/grpc')
  response.setHeader('grpc-status', '12')
  response.setHeader('grpc-message', 'unknown service')
  response.end()
}

const version1 = { version: '0.1.0', runtimeName: 'fake', runtimeVersion: '1.2.3', runtimeApiVersion: 'v1' }

/** As many sandboxes as a full node has, with the labels and annotations that a kubelet sets. */
export const sandboxes = (count: number): MessageInitShape<typeof ListPodSandboxResponseSchema> => ({
  items: Array.from({ length: count }, (_, index) => ({
    id: index.toString(16).padStart(64, '0'),
    metadata: { name: `web-${index}`, uid: `uid-${index}`, namespace: 'shop', attempt: index % 3 },
    state: index % 2,
    createdAt: 1_795_231_970_781_500_392n,
    labels: {
      app: 'web',
      'io.kubernetes.pod.name': `web-${index}`,
      'io.kubernetes.pod.namespace': 'shop',
      'io.kubernetes.pod.uid': `uid-${index}`,
    },
    annotations: { 'kubernetes.io/config.seen': '2026-11-21T03:32:50Z', 'kubernetes.io/config.source': 'api' },
  })),
})

export const refuse = (code: Code, message: string) => () => {
  throw new ConnectError(message, code)
}
