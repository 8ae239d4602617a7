import * as z from 'zod/mini'
import { isOk, mapReading, ok, type Reading, type Reason, type Unavailable, unavailable } from '../../shared/reading.ts'
import { pathOf } from '../kube/paths.ts'
import type { Kube, ObjectName, Resource } from '../kube/port.ts'
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
    get: (resource, target) => get(source, resource, target),
    configz: node => readRecorded(source, `cluster/configz/${node}.json`, `/api/v1/nodes/${node}/proxy/configz`),
    readyz: async () => {
      const bytes = await source.read('cluster/readyz.txt')
      return bytes
        ? ok(new TextDecoder().decode(bytes))
        : unavailable('not-recorded', 'the recording has no cluster/readyz.txt')
    },
    logs: async ({ namespace, pod, container, previous }) => {
      const path = `cluster/logs/${namespace}/${pod}/${container}${previous ? '.previous' : ''}.log`
      const bytes = await source.read(path)
      return bytes ? ok(new TextDecoder().decode(bytes)) : unavailable('not-recorded', `the recording has no ${path}`)
    },
  }
}

/**
 * `partial` marks a list of objects that were read by name; others may exist. `namespaces` lists the namespaces that
 * were read, when not all were.
 */
const listSchema = z.object({
  items: z.nullable(z.array(z.unknown())),
  partial: z.optional(z.boolean()),
  namespaces: z.optional(z.array(z.string())),
})

const fileOf = ({ group, version, plural }: Resource): string =>
  `cluster/resources/${group || 'core'}/${version}/${plural}.json`

async function list(source: BundleSource, resource: Resource): Promise<Reading<readonly unknown[]>> {
  const items = await readJson(source, fileOf(resource), listSchema)
  if (isOk(items) && items.value.partial)
    return unavailable('not-recorded', `only some ${resource.plural} are recorded`)
  if (isOk(items)) return ok(items.value.items ?? [])
  if (items.reason !== 'not-recorded') return items
  const { version, plural } = resource
  return (await refusalOf(source, path => path.endsWith(`/${version}/${plural}`), plural)) ?? items
}

const named = z.object({ metadata: z.object({ name: z.string(), namespace: z.optional(z.nullable(z.string())) }) })

async function get(source: BundleSource, resource: Resource, target: ObjectName): Promise<Reading<unknown>> {
  const items = await readJson(source, fileOf(resource), listSchema)
  const found = isOk(items) && items.value.items?.find(item => isNamed(item, target))
  if (found) return ok(found)
  const path = pathOf(resource, target)
  const refusal = await refusalOf(source, refused => refused === path, `${resource.plural} ${target.name}`)
  if (refusal) return refusal.reason === 'unsupported' ? { ...refusal, reason: 'missing' } : refusal
  if (!isOk(items)) return list(source, resource)
  const { namespaces, partial = false } = items.value
  const isUnasked = namespaces?.includes(target.namespace ?? '') === false
  return partial || isUnasked
    ? unavailable('not-recorded', `the recording has no ${path}`)
    : unavailable('missing', `there is no ${path}`)
}

function isNamed(item: unknown, { namespace, name }: ObjectName): boolean {
  const { success, data } = z.safeParse(named, item)
  return success && data.metadata.name === name && (namespace === undefined || data.metadata.namespace === namespace)
}

async function readRecorded(source: BundleSource, file: string, path: string): Promise<Reading<unknown>> {
  const content = await readJson(source, file, z.unknown())
  if (isOk(content) || content.reason !== 'not-recorded') return content
  return (await refusalOf(source, refused => refused === path, path)) ?? content
}

async function refusalOf(
  source: BundleSource,
  isMeant: (path: string) => boolean,
  what: string,
): Promise<Unavailable | null> {
  const refused = await readJson(source, 'cluster/errors.json', refusals)
  const entry = isOk(refused) ? refused.value.find(({ path }) => isMeant(path.split('?')[0] ?? '')) : undefined
  return entry ? unavailable(reasonOf(entry.status), `${what}: ${entry.message ?? `status ${entry.status}`}`) : null
}

function reasonOf(status: number | null | undefined): Reason {
  if (status === 401 || status === 403) return 'denied'
  if (status === 504) return 'timeout'
  return status === 404 ? 'unsupported' : 'failed'
}
