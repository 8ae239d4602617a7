import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { generate } from 'selfsigned'

/** Bodies by path by port: what answers on a node's loopback address. */
export type ServiceTable = Readonly<Record<number, Readonly<Record<string, string>>>>

/** Where the node's kubelet and pods find the API server: it stands in for the way there, and answers over TLS. */
export const apiPort = 6443

/** Small HTTP servers on the loopback address, as kubelet and kube-proxy run them. */
export class LoopbackServices {
  readonly #servers = new Map<number, Server>()
  #table: ServiceTable = {}

  /** Replaces the table; resolves when every port in it listens and no other does. Rejects when a port is taken. */
  async serve(table: ServiceTable): Promise<void> {
    this.#table = table
    const wanted = Object.keys(table).map(Number)
    const gone = [...this.#servers.keys()].filter(port => !wanted.includes(port))
    await Promise.all(gone.map(port => this.#close(port)))
    await Promise.all(wanted.filter(port => !this.#servers.has(port)).map(port => this.#open(port)))
  }

  async #open(port: number): Promise<void> {
    const answer: RequestListener = (request, response) => {
      const body = this.#table[port]?.[request.url ?? '']
      response.writeHead(body === undefined ? 404 : 200).end(body ?? '404 page not found\n')
    }
    const server = port === apiPort ? await secureServer(answer) : createServer(answer)
    this.#servers.set(port, server)
    return new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', () => resolve())
    })
  }

  #close(port: number): Promise<void> {
    const server = this.#servers.get(port)
    this.#servers.delete(port)
    return new Promise(resolve => {
      server?.close(() => resolve())
      server?.closeAllConnections()
    })
  }
}

async function secureServer(answer: RequestListener): Promise<Server> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'kube-apiserver' }], { keyType: 'ec' })
  return createSecureServer({ key, cert }, answer)
}
