import * as z from 'zod/mini'
import { messageOf } from '../../shared/errors.ts'
import { isSendable } from '../../shared/formats/json-depth.ts'
import { ok, type Reading, unavailable } from '../../shared/reading.ts'
import { refuse } from './refusal.ts'
import type { BundleSource } from './source.ts'

/** Reads a JSON file of a bundle by its schema: `not-recorded` when absent, `malformed` when it has another shape. */
export async function readJson<T>(source: BundleSource, path: string, schema: z.ZodMiniType<T>): Promise<Reading<T>> {
  const bytes = await source.read(path)
  if (!bytes) return unavailable('not-recorded', `the recording has no ${path}`)
  const json = parseJson(bytes)
  if ('error' in json) return unavailable('malformed', `${path}: ${json.error}`)
  const result = z.safeParse(schema, json.value)
  return result.success ? ok(result.data) : unavailable('malformed', `${path}: ${z.prettifyError(result.error)}`)
}

/** The same for a file that every bundle must have. Throws NetcheckError `BUNDLE`. */
export async function requireJson<T>(source: BundleSource, path: string, schema: z.ZodMiniType<T>): Promise<T> {
  const reading = await readJson(source, path, schema)
  if (reading.status === 'ok') return reading.value
  throw refuse(`the bundle cannot be read: ${reading.detail}`)
}

/** Deeper than anything that Kubernetes or a host writes; protects recursive code from stack overflow. */
const mostLevels = 200

function parseJson(bytes: Uint8Array): { value: unknown } | { error: string } {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return isSendable(value, mostLevels)
      ? { value }
      : { error: 'it is nested too deeply, or a number in it is infinite' }
  } catch (error) {
    return { error: messageOf(error) }
  }
}
