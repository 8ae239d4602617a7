import { hideEncoded } from './secrets-encoded.ts'
import { hideFields } from './secrets-fields.ts'
import { hideKeys } from './secrets-keys.ts'
import { hideManifests } from './secrets-manifests.ts'
import { hideShapes } from './secrets-shapes.ts'

/** Hides all secrets in a text; returns the same string when there are none. Linear time. */
export const hideSecrets = (text: string): string => hide(text, 0)

/** Nested base64 occurs: a Secret with a kubeconfig. */
const deepest = 3

function hide(text: string, depth: number): string {
  const plain = hideProxies(hideShapes(hideFields(hideManifests(hideKeys(text)))))
  return depth < deepest ? hideEncoded(plain, inner => hide(inner, depth + 1)) : plain
}

/** Hides credentials of proxies without a URL scheme. */
const hideProxies = (text: string): string =>
  text.replace(proxy, (_, name: string, value: string) => name + value.slice(value.lastIndexOf('@') + 1))

const proxy = /(?<name>_PROXY["']?[=:]\s?["']?(?:[a-z]{1,10}:\/\/)?)(?<value>[^\s"'\0\\]{1,1024})/gi
