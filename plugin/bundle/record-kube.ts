import { isOk, type Unavailable } from '../../shared/reading.ts'
import type { RecordedFiles } from '../../shared/recording/record-host.ts'
import type { Kube, Resource } from '../kube/port.ts'

/** Passes every API read on and keeps what came back, as the `cluster/` half of a bundle. */
export function recordKube(kube: Kube): { readonly kube: Kube; readonly files: () => RecordedFiles } {
  const kept = new Map<string, Uint8Array>()
  const errors: unknown[] = []
  const keep = (path: string, text: string) => kept.set(`cluster/${path}`, new TextEncoder().encode(text))

  const recorder: Kube = {
    version: async () => {
      const version = await kube.version()
      if (isOk(version)) keep('version.json', JSON.stringify({ gitVersion: version.value }))
      return version
    },
    list: async resource => {
      const list = await kube.list(resource)
      if (isOk(list)) keep(pathOf(resource), JSON.stringify({ items: list.value }))
      else errors.push(toError(resource, list))
      return list
    },
    logs: async options => {
      const log = await kube.logs(options)
      const { namespace, pod, container, previous } = options
      if (isOk(log)) keep(`logs/${namespace}/${pod}/${container}${previous ? '.previous' : ''}.log`, log.value)
      return log
    },
  }
  const errorFile = () => new TextEncoder().encode(JSON.stringify(errors))
  return { kube: recorder, files: () => new Map([...kept, ['cluster/errors.json', errorFile()]]) }
}

const pathOf = ({ group, version, plural }: Resource): string =>
  `resources/${group || 'core'}/${version}/${plural}.json`

const statuses: Partial<Record<Unavailable['reason'], number>> = { denied: 403, unsupported: 404, timeout: 504 }

const toError = ({ group, version, plural }: Resource, { reason, detail }: Unavailable) => ({
  path: `${group === '' ? '/api' : `/apis/${group}`}/${version}/${plural}`,
  status: statuses[reason] ?? null,
  message: detail,
})
