import { badRequest } from './api-error.ts'
import type { KubeletPort } from './kubelet-port.ts'
import { fieldOf, isRecord, type KubeObject, textOf } from './object.ts'
import type { Reply } from './reply.ts'
import { type ApiRequest, isSet } from './request.ts'

/** The log of a container, by the kubelet of its node. Throws ApiFailure 400. */
export function podLog(pod: KubeObject, kubelet: KubeletPort, { query }: ApiRequest): Reply {
  const { name, namespace = '' } = pod.metadata
  const container = chooseContainer(pod, query.get('container') ?? '')
  const status = namedIn(fieldOf(pod, 'status.containerStatuses')).find(each => each.name === container)
  const previous = isSet(query, 'previous')
  if (previous && fieldOf(status, 'lastState.terminated') === undefined)
    throw badRequest(`previous terminated container "${container}" in pod "${name}" not found`)
  const waiting = textOf(status, 'state.waiting.reason')
  if (!previous && waiting !== '' && fieldOf(status, 'lastState.terminated') === undefined)
    throw badRequest(`container "${container}" in pod "${name}" is waiting to start: ${waiting}`)
  const tail = query.get('tailLines')
  const log = kubelet.logs({
    pod: name,
    namespace,
    container,
    previous,
    follow: isSet(query, 'follow'),
    timestamps: isSet(query, 'timestamps'),
    tailLines: tail === null ? undefined : Number(tail),
  })
  return {
    kind: 'stream',
    type: 'text/plain',
    write: response => {
      response.once('close', () => log.destroy())
      log.once('error', () => response.destroy())
      log.pipe(response)
    },
  }
}

function chooseContainer(pod: KubeObject, asked: string): string {
  const names = namedIn(fieldOf(pod, 'spec.containers')).map(({ name }) => String(name))
  if (asked !== '' && !names.includes(asked))
    throw badRequest(`container ${asked} is not valid for pod ${pod.metadata.name}`)
  if (asked === '' && names.length > 1)
    throw badRequest(
      `a container name must be specified for pod ${pod.metadata.name}, choose one of: [${names.join(' ')}]`,
    )
  return asked === '' ? (names[0] ?? '') : asked
}

const namedIn = (value: unknown) => (Array.isArray(value) ? value.filter(isRecord) : [])
