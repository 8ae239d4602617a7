import { ApiFailure, badRequest, forbidden, methodNotAllowed, noSuchResource } from './api-error.ts'
import { anonymous } from './authentication.ts'
import { authorize } from './authorization.ts'
import { remove, removeAll } from './delete.ts'
import type { KubeletPort } from './kubelet-port.ts'
import { list, matcherOf, type Snapshots } from './list.ts'
import { podLog } from './logs.ts'
import { textOf } from './object.ts'
import { json, type Reply } from './reply.ts'
import type { ApiRequest } from './request.ts'
import { watch } from './watch.ts'
import { create, patch, update, type Writing } from './write.ts'

export interface Backend extends Writing {
  readonly snapshots: Snapshots
  /** Kubelets by the name of their node. */
  readonly kubelets: ReadonlyMap<string, KubeletPort>
}

/** Answers a request for a resource. Throws ApiFailure. */
export function handle(backend: Backend, request: ApiRequest): Reply {
  if (request.user === anonymous) throw forbidden(request)
  authorize(backend.faults, request)
  const { type, verb, subresource } = request
  if (subresource === 'status' && ['patch', 'update'].includes(verb)) return json(write(backend, request))
  if (subresource !== '' && subresource !== 'status') return subresourceReply(backend, request)
  if (verb === 'list') return json(list(backend.store, backend.snapshots, request))
  if (verb === 'watch') return watch(backend.store, backend.clock, request)
  if (verb === 'get') return json(backend.store.get(type, request))
  if (verb === 'create') return json(create(backend, request), 201)
  if (verb === 'delete') return json(remove(backend, request))
  if (verb === 'deletecollection') return removeSelected(backend, request)
  return json(write(backend, request))
}

const write = (backend: Backend, request: ApiRequest) =>
  request.verb === 'patch' ? patch(backend, request) : update(backend, request)

function removeSelected(backend: Backend, request: ApiRequest): Reply {
  const selected = backend.store.items(request.type).filter(matcherOf(request))
  const listed = list(backend.store, backend.snapshots, request)
  removeAll(backend, request, selected)
  return json(listed)
}

function subresourceReply(backend: Backend, request: ApiRequest): Reply {
  const { type, subresource, rest, verb } = request
  const object = backend.store.get(type, request)
  if (type.plural === 'nodes' && subresource === 'proxy' && rest === 'configz') {
    return json(kubeletOf(backend, object.metadata.name).configz())
  }
  if (type.plural === 'pods' && subresource === 'log') {
    if (verb !== 'get') throw methodNotAllowed()
    return podLog(object, podKubelet(backend, request), request)
  }
  if (type.plural === 'pods' && subresource === 'portforward') throw badRequest('Upgrade request required')
  throw noSuchResource()
}

/** The kubelet that runs the pod of a request. Throws ApiFailure 400, 404 and 500. */
export function podKubelet(backend: Backend, request: ApiRequest): KubeletPort {
  const pod = backend.store.get(request.type, request)
  const node = textOf(pod, 'spec.nodeName')
  if (node === '') throw badRequest(`pod ${pod.metadata.name} does not have a host assigned`)
  return kubeletOf(backend, node)
}

function kubeletOf({ kubelets }: Backend, node: string): KubeletPort {
  const kubelet = kubelets.get(node)
  if (kubelet?.isReachable) return kubelet
  const address = kubelet?.address ?? node
  throw new ApiFailure(
    500,
    'InternalError',
    `Get "https://${address}:10250/": dial tcp ${address}:10250: connect: connection refused`,
  )
}
