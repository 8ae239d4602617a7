import type { MessageInitShape } from '@bufbuild/protobuf'
import { type Code, ConnectError } from '@connectrpc/connect'
import { onTestFinished } from 'vitest'
import type { ListPodSandboxResponseSchema } from './gen/runtime_pb.js'
import { type FakeRuntime, serveRuntime } from './serve-runtime.ts'

export type { FakeRuntime } from './serve-runtime.ts'

/** A container runtime's socket that ends with the test. */
export async function startRuntime(socket: string, runtime: FakeRuntime, version?: string): Promise<void> {
  onTestFinished(await serveRuntime(socket, runtime, version))
}

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
