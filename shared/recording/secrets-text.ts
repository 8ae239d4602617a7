import { hideEncoded } from './secrets-encoded.ts'
import { hideFields } from './secrets-fields.ts'
import { hideKeys } from './secrets-keys.ts'
import { hideManifests } from './secrets-manifests.ts'
import { hideShapes } from './secrets-shapes.ts'

/** A text without what opens anything; the same string when it has nothing of that kind. Takes time in proportion to its length. */
export const hideSecrets = (text: string): string => hide(text, 0)

/** Base64 of base64 is how a Secret holds a client configuration. */
const deepest = 3

function hide(text: string, depth: number): string {
  const plain = hideProxies(hideShapes(hideFields(hideManifests(hideKeys(text)))))
  return depth < deepest ? hideEncoded(plain, inner => hide(inner, depth + 1)) : plain
}

/** Names and passwords of proxies that are written without a scheme. */
const hideProxies = (text: string): string =>
  text.replace(proxy, (_, name: string, value: string) => name + value.slice(value.lastIndexOf('@') + 1))

const proxy = /(?<name>_PROXY["']?[=:]\s?["']?(?:[a-z]{1,10}:\/\/)?)(?<value>[^\s"'\0\\]{1,1024})/gi
