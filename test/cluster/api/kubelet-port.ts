import type { Duplex, Readable } from 'node:stream'

export interface LogQuery {
  readonly pod: string
  readonly namespace: string
  readonly container: string
  readonly previous: boolean
  readonly follow: boolean
  readonly tailLines: number | undefined
  readonly timestamps: boolean
}

/** What the API server requests from a kubelet. Failures are thrown with the kubelet's messages. */
export interface KubeletPort {
  /** Ends by itself unless it follows. */
  logs(query: LogQuery): Readable
  /** A connection to a port of a pod. Rejects when nobody listens. */
  connect(pod: { readonly namespace: string; readonly name: string; readonly port: number }): Promise<Duplex>
  configz(): unknown
  /** False while the API server cannot reach it. */
  readonly isReachable: boolean
  readonly address: string
}
