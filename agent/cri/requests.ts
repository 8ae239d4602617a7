import type { CriCall } from '../../shared/host.ts'
import { containerList, podSandboxList, statusResponse, versionResponse } from './messages.ts'
import type { MessageType } from './protobuf.ts'

/** Service names, newest first; runtimes released before 2022 know only the older one. */
export const criServices = ['runtime.v1.RuntimeService', 'runtime.v1alpha2.RuntimeService'] as const

interface CriRequest {
  readonly method: string
  /** The request message, encoded. */
  readonly body: Uint8Array
  readonly reply: MessageType
}

const empty = new Uint8Array()
/** Field 1, `verbose`: true. */
const verbose = Uint8Array.of(0x08, 0x01)

/** Every request that the agent ever sends to a runtime; none of them changes anything. */
export const criRequests: Readonly<Record<CriCall, CriRequest>> = {
  version: { method: 'Version', body: empty, reply: versionResponse },
  status: { method: 'Status', body: verbose, reply: statusResponse },
  'pod-sandboxes': { method: 'ListPodSandbox', body: empty, reply: podSandboxList },
  containers: { method: 'ListContainers', body: empty, reply: containerList },
}
