import * as z from 'zod/mini'
import { isOk, mapReading, ok, type Reading, type Reason, unavailable } from '../../shared/reading.ts'
import type { Kube, Resource } from '../kube/port.ts'
import { readJson } from './json.ts'
import type { BundleSource } from './source.ts'

const refusals = z.array(
  z.object({ path: z.string(), status: z.optional(z.nullable(z.number())), message: z.optional(z.string()) }),
)

/** The API as a bundle recorded it under `cluster/`. */
export function replayKube(source: BundleSource): Kube {
  return {
    version: async () =>
      mapReading(
        await readJson(source, 'cluster/version.json', z.object({ gitVersion: z.string() })),
        ({ gitVersion }) => gitVersion,
      ),
    list: resource => list(source, resource),
    logs: async ({ namespace, pod, container, previous }) => {
      const path = `cluster/logs/${namespace}/${pod}/${container}${previous ? '.previous' : ''}.log`
      const bytes = await source.read(path)
      return bytes ? ok(new TextDecoder().decode(bytes)) : unavailable('not-recorded', `the recording has no ${path}`)
    },
  }
}

async function list(source: BundleSource, { group, version, plural }: Resource): Promise<Reading<readonly unknown[]>> {
  const path = `cluster/resources/${group || 'core'}/${version}/${plural}.json`
  const items = await readJson(source, path, z.object({ items: z.nullable(z.array(z.unknown())) }))
  if (isOk(items)) return ok(items.value.items ?? [])
  if (items.reason !== 'not-recorded') return items
  const refused = await readJson(source, 'cluster/errors.json', refusals)
  const entry =
    isOk(refused) && refused.value.find(refusal => refusal.path.split('?')[0]?.endsWith(`/${version}/${plural}`))
  return entry ? unavailable(reasonOf(entry.status), `${plural}: ${entry.message ?? `status ${entry.status}`}`) : items
}

function reasonOf(status: number | null | undefined): Reason {
  if (status === 401 || status === 403) return 'denied'
  if (status === 504) return 'timeout'
  return status === 404 ? 'unsupported' : 'failed'
}
