import { request as httpsRequest, type RequestOptions } from 'node:https'
import { KubeConfig } from '@kubernetes/client-node'

/** A request as it goes over the wire. */
export interface RawRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  readonly path: string
  readonly body?: unknown
  readonly contentType?: string
  /** Another `Authorization` than the kubeconfig's, which then presents nothing else. */
  readonly authorization?: string
}

export interface RawReply {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

/** An API server by a kubeconfig, without any client between. */
export interface RawApi {
  readonly server: URL
  send(request: RawRequest): Promise<RawReply>
  /** TLS and credentials for other protocols. */
  options(): Promise<RequestOptions>
}

export function rawApi(kubeconfig: string): RawApi {
  const config = new KubeConfig()
  config.loadFromString(kubeconfig)
  const server = new URL(config.getCurrentCluster()?.server ?? '')
  const options = async () => {
    const own: RequestOptions = {}
    await config.applyToHTTPSOptions(own)
    return own
  }
  return {
    server,
    options,
    send: async request => exchange(new URL(request.path, server), await credentials(request, options), request),
  }
}

async function credentials({ authorization }: RawRequest, options: () => Promise<RequestOptions>) {
  const own = await options()
  if (authorization === undefined) return own
  return { ca: own.ca, rejectUnauthorized: false, headers: { authorization } }
}

function exchange(url: URL, options: RequestOptions, { method, body, contentType }: RawRequest): Promise<RawReply> {
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
  const headers = { ...options.headers, accept: 'application/json', ...typeOf(text, contentType) }
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest(url, { ...options, method, headers }, reply => {
      let received = ''
      reply.setEncoding('utf8')
      reply.on('data', chunk => {
        received += chunk
      })
      reply.on('error', reject)
      reply.on('end', () =>
        resolve({
          status: reply.statusCode ?? 0,
          contentType: reply.headers['content-type'] ?? '',
          body: received,
        }),
      )
    })
    outgoing.on('error', reject)
    outgoing.end(text)
  })
}

const typeOf = (text: string | undefined, contentType = 'application/json') =>
  text === undefined ? {} : { 'content-type': contentType, 'content-length': Buffer.byteLength(text) }
