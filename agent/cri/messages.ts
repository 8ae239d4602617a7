import type { MessageType } from './protobuf.ts'

/**
 * The messages of the Container Runtime Interface that the agent reads, by the field numbers of `runtime.v1`;
 * `runtime.v1alpha2` uses the same numbers. Source: k8s.io/cri-api, api.proto.
 */
const runtimeCondition: MessageType = {
  1: { name: 'type', type: 'string' },
  2: { name: 'status', type: 'bool' },
  3: { name: 'reason', type: 'string' },
  4: { name: 'message', type: 'string' },
}

const podSandbox: MessageType = {
  1: { name: 'id', type: 'string' },
  2: {
    name: 'metadata',
    type: 'message',
    of: {
      1: { name: 'name', type: 'string' },
      2: { name: 'uid', type: 'string' },
      3: { name: 'namespace', type: 'string' },
      4: { name: 'attempt', type: 'uint32' },
    },
  },
  3: { name: 'state', type: 'enum', values: ['SANDBOX_READY', 'SANDBOX_NOTREADY'] },
  /** Nanoseconds since the epoch. */
  4: { name: 'createdAt', type: 'int64' },
  5: { name: 'labels', type: 'map' },
  6: { name: 'annotations', type: 'map' },
  7: { name: 'runtimeHandler', type: 'string' },
}

const containerStates = ['CONTAINER_CREATED', 'CONTAINER_RUNNING', 'CONTAINER_EXITED', 'CONTAINER_UNKNOWN']

const container: MessageType = {
  1: { name: 'id', type: 'string' },
  2: { name: 'podSandboxId', type: 'string' },
  3: {
    name: 'metadata',
    type: 'message',
    of: { 1: { name: 'name', type: 'string' }, 2: { name: 'attempt', type: 'uint32' } },
  },
  4: { name: 'image', type: 'message', of: { 1: { name: 'image', type: 'string' } } },
  5: { name: 'imageRef', type: 'string' },
  6: { name: 'state', type: 'enum', values: containerStates },
  /** Nanoseconds since the epoch. */
  7: { name: 'createdAt', type: 'int64' },
  8: { name: 'labels', type: 'map' },
  9: { name: 'annotations', type: 'map' },
}

export const versionResponse: MessageType = {
  1: { name: 'version', type: 'string' },
  2: { name: 'runtimeName', type: 'string' },
  3: { name: 'runtimeVersion', type: 'string' },
  4: { name: 'runtimeApiVersion', type: 'string' },
}

export const statusResponse: MessageType = {
  1: { name: 'status', type: 'message', of: { 1: { name: 'conditions', type: 'list', of: runtimeCondition } } },
  2: { name: 'info', type: 'map' },
}

export const podSandboxList: MessageType = { 1: { name: 'items', type: 'list', of: podSandbox } }

export const containerList: MessageType = { 1: { name: 'containers', type: 'list', of: container } }
