import {
  type DescMessage,
  type DescMethodUnary,
  type JsonValue,
  type MessageInitShape,
  toJson,
} from '@bufbuild/protobuf'
import type { Transport } from '@connectrpc/connect'
import type { CriCall } from '../../shared/host.ts'
import { limits } from '../../shared/limits.ts'
import { RuntimeService } from './gen/runtime_pb.js'

/** Versions of the interface from new to old; their messages have the same numbers. */
export const criVersions = ['runtime.v1', 'runtime.v1alpha2'] as const
export type CriVersion = (typeof criVersions)[number]

/** Asks the runtime behind a transport. Resolves to protobuf JSON, with defaults such as `SANDBOX_READY` spelt out. */
export type CriRequest = (transport: Transport, version: CriVersion) => Promise<JsonValue>

const { method } = RuntimeService

/** All that is ever asked of a runtime: it only reads. */
export const criRequests: Readonly<Record<CriCall, CriRequest>> = {
  version: unary(method.version, {}),
  status: unary(method.status, { verbose: true }),
  'pod-sandboxes': unary(method.listPodSandbox, {}),
  containers: unary(method.listContainers, {}),
}

function unary<I extends DescMessage, O extends DescMessage>(
  described: DescMethodUnary<I, O>,
  input: MessageInitShape<I>,
): CriRequest {
  return async (transport, version) => {
    const service = { ...described.parent, typeName: `${version}.RuntimeService` }
    const versioned = { ...described, parent: service }
    const reply = await transport.unary(versioned, undefined, limits.criMs, undefined, input)
    return toJson(described.output, reply.message, { alwaysEmitImplicit: true })
  }
}
