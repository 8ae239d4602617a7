import * as z from 'zod/mini'
import { messageOf } from '../../../shared/errors.ts'
import { isSendable } from '../../../shared/formats/json-depth.ts'
import { ok, type Reading, unavailable } from '../../../shared/reading.ts'

/** Parsing YAML takes a hundred times as long as JSON. */
const yamlBytes = 8 << 20
const mostLevels = 200

const listSchema = z.object({ items: z.nullable(z.array(z.unknown())) })
const objectSchema = z.looseObject({ metadata: z.looseObject({ name: z.string() }) })

/** Objects in a dump file: a Kubernetes list, a bare array or one object, as JSON or YAML. */
export async function parseObjects(path: string, bytes: Uint8Array): Promise<Reading<readonly unknown[]>> {
  try {
    const value = await parse(path, bytes)
    if (!isSendable(value, mostLevels)) return unavailable('malformed', `${path}: it is nested too deeply`)
    if (Array.isArray(value)) return ok(value)
    const list = z.safeParse(listSchema, value)
    if (list.success) return ok(list.data.items ?? [])
    const object = z.safeParse(objectSchema, value)
    return object.success ? ok([object.data]) : unavailable('malformed', `${path} holds no list of objects`)
  } catch (error) {
    return unavailable('malformed', `${path}: ${messageOf(error)}`)
  }
}

async function parse(path: string, bytes: Uint8Array): Promise<unknown> {
  const text = new TextDecoder().decode(bytes)
  if (!path.endsWith('.yaml')) return JSON.parse(text)
  if (bytes.length > yamlBytes) throw new Error(`it has more than ${yamlBytes >> 20} MiB of YAML`)
  const { parseYaml } = await import('./yaml.ts')
  return parseYaml(text)
}
