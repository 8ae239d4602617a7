import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:http2'
import { dirname } from 'node:path'
import type { ConnectRouter, ServiceImpl } from '@connectrpc/connect'
import { connectNodeAdapter } from '@connectrpc/connect-node'
import { RuntimeService } from './gen/runtime_pb.js'

export type FakeRuntime = Partial<ServiceImpl<typeof RuntimeService>>

/** A container runtime's socket that speaks gRPC by an implementation other than the agent's. Returns what ends it. */
export async function serveRuntime(socket: string, runtime: FakeRuntime, version = 'v1'): Promise<() => void> {
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
  return () => void server.close()
}

/** As gRPC for Go answers. */
const refuseService: ReturnType<typeof connectNodeAdapter> = (_, response) => {
  response.setHeader('content-type', 'application/grpc')
  response.setHeader('grpc-status', '12')
  response.setHeader('grpc-message', 'unknown service')
  response.end()
}

const version1 = { version: '0.1.0', runtimeName: 'fake', runtimeVersion: '1.2.3', runtimeApiVersion: 'v1' }
