import { isOk, type Unavailable } from '../../shared/reading.ts'
import type { RecordedFiles, Write } from '../../shared/recording/record-host.ts'
import { pathOf as requestPath } from '../kube/paths.ts'
import type { Kube, Resource } from '../kube/port.ts'

/** A recorded API, and the part of the recording that is still in memory. */
interface Recorder {
  readonly kube: Kube
  readonly files: () => RecordedFiles
}

/**
 * Wraps an API port and records every answer as the `cluster/` half of a bundle. With `write`, only objects read by
 * name and refusals stay in memory, because each of their files combines several answers.
 */
export function recordKube(kube: Kube, write?: Write): Recorder {
  const kept = new Map<string, Uint8Array>()
  const named = new Map<string, unknown[]>()
  const errors: unknown[] = []
  /** `not-recorded` from a replayed bundle is not a refusal. */
  const note = (refusal: Unavailable, error: object) => {
    if (refusal.reason !== 'not-recorded') errors.push(error)
  }
  const keep = async (path: string, text: string) => {
    const bytes = new TextEncoder().encode(text)
    if (write) await write(`cluster/${path}`, bytes)
    else kept.set(`cluster/${path}`, bytes)
  }

  const recorder: Kube = {
    version: async () => {
      const version = await kube.version()
      if (isOk(version)) await keep('version.json', JSON.stringify({ gitVersion: version.value }))
      return version
    },
    list: async resource => {
      const list = await kube.list(resource)
      if (isOk(list)) await keep(pathOf(resource), JSON.stringify({ items: list.value }))
      else note(list, toError(resource, list))
      return list
    },
    get: async (resource, target) => {
      const object = await kube.get(resource, target)
      const items = named.get(pathOf(resource)) ?? []
      named.set(pathOf(resource), isOk(object) ? [...items, object.value] : items)
      if (!isOk(object)) note(object, { ...toError(resource, object), path: requestPath(resource, target) })
      return object
    },
    configz: async node => {
      const configz = await kube.configz(node)
      if (isOk(configz)) await keep(`configz/${node}.json`, JSON.stringify(configz.value))
      else note(configz, { ...errorOf(configz), path: `/api/v1/nodes/${node}/proxy/configz` })
      return configz
    },
    readyz: async () => {
      const readyz = await kube.readyz()
      if (isOk(readyz)) await keep('readyz.txt', readyz.value)
      return readyz
    },
    logs: async options => {
      const log = await kube.logs(options)
      const { namespace, pod, container, previous } = options
      if (isOk(log)) await keep(`logs/${namespace}/${pod}/${container}${previous ? '.previous' : ''}.log`, log.value)
      return log
    },
  }
  const errorFile = () => encode(errors)
  const partial = () =>
    [...named].map(([path, items]) => [`cluster/${path}`, encode({ items, partial: true })] as const)
  return { kube: recorder, files: () => new Map([...partial(), ...kept, ['cluster/errors.json', errorFile()]]) }
}

const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))

const pathOf = ({ group, version, plural }: Resource): string =>
  `resources/${group || 'core'}/${version}/${plural}.json`

const statuses: Partial<Record<Unavailable['reason'], number>> = {
  denied: 403,
  unsupported: 404,
  missing: 404,
  timeout: 504,
}

const errorOf = ({ reason, detail }: Unavailable) => ({ status: statuses[reason] ?? null, message: detail })

const toError = ({ group, version, plural }: Resource, refusal: Unavailable) => ({
  path: `${group === '' ? '/api' : `/apis/${group}`}/${version}/${plural}`,
  ...errorOf(refusal),
})
