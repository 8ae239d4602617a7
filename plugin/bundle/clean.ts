import { withoutSecrets } from '../../shared/recording/secrets.ts'
import { hideInValue } from '../../shared/recording/secrets-value.ts'
import { dropSecretObjects } from './clean/objects.ts'
import type { BundleEntry, Rewrite } from './entry.ts'

/**
 * Removes secrets from a file of a bundle: Secret objects, environment values, last-applied annotations, keys,
 * passwords, tokens and logins. JSON stays JSON, binary content stays, and a file without secrets is returned as the
 * same entry.
 */
export const cleanEntry: Rewrite = entry => {
  if (secretLists.test(entry.path)) return { ...entry, bytes: encode(emptyList) }
  const path = hostPath(entry.path)
  const isOfHost = path !== entry.path
  const bytes = isOfHost || !isJson(entry) ? withoutSecrets(path, entry.bytes) : entry.bytes
  const json = isJson({ path, bytes }) ? parse(bytes) : null
  const shown = json && hideInValue(dropSecretObjects(json.value))
  if (json && shown !== json.value) return { ...entry, bytes: encode(JSON.stringify(shown)) }
  return withBytes(entry, json || isOfHost ? bytes : withoutSecrets(path, entry.bytes))
}

const secretLists = /^cluster\/resources\/core\/v1\/secrets\.json$/
/** `partial` marks a list that may not be complete. */
const emptyList = '{"items":[],"partial":true}'

const isJson = ({ bytes }: BundleEntry): boolean => bytes[0] === 0x7b || bytes[0] === 0x5b

/** The host path of a recorded file; other paths unchanged. */
const hostPath = (path: string): string => path.replace(/^nodes\/[^/]+\/(?:netns\/[^/]+\/)?files(?=\/)/, '')

const withBytes = (entry: BundleEntry, bytes: Uint8Array): BundleEntry =>
  bytes === entry.bytes ? entry : { ...entry, bytes }

/** Null for text that is not JSON, or is truncated JSON; it is then treated as plain text. */
function parse(bytes: Uint8Array): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) }
  } catch {
    return null
  }
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
