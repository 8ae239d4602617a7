/**
 * How likely a name's value is a secret: with `header` the rest of its line, with `strong` every value, with `likely`
 * any value that looks like one.
 */
export type Sensitivity = 'header' | 'strong' | 'likely'

/** Finds candidates for secret names; `sensitivityOf` judges the whole name. */
export const nameStems =
  /pass(?:word|wd|phrase|code)?|pwd|secret|token|credential|cookie|authori[sz]ation|auth|psk|signature|sig|key|connection[ _.-]?string|jws-/gi

/** Judges a name by its last words: `aadClientSecret` is secret, `secretName` and `token-auth-file` are not. */
export function sensitivityOf(written: string): Sensitivity | null {
  const name = written.slice(-mostCharacters)
  const known = judged.get(name)
  if (known !== undefined) return known
  if (judged.size >= mostNames) judged.clear()
  const sensitivity = judge(name)
  judged.set(name, sensitivity)
  return sensitivity
}

/** Cached, because names repeat. */
const judged = new Map<string, Sensitivity | null>()
const mostNames = 2000

function judge(name: string): Sensitivity | null {
  if (/^jws-kubeconfig-/.test(name)) return 'strong'
  const words = wordsOf(name)
  while (words.length > 1 && dressing.has(words.at(-1) ?? '')) words.pop()
  const last = words.at(-1) ?? ''
  if (isHeader.test(last)) return 'header'
  if (isStrong.test(last) || pairs.test(words.slice(-2).join(' '))) return 'strong'
  return isLikely.test(last) ? 'likely' : null
}

/** Splits `camelCase`, `snake_case` and `kebab-case` into lower-case words without trailing numbers. */
const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter(word => word !== '')

/** Longer names are not settings. */
export const mostCharacters = 96

/** Words that may follow the decisive word. */
const dressing = new Set([
  'value',
  'plain',
  'plaintext',
  'text',
  'base',
  'b',
  'data',
  'string',
  'hash',
  'raw',
  'inline',
  'content',
])

const isHeader = /^(?:authori[sz]ation|cookies?)$/
const isStrong = /(?:password|passwd|passphrase|passcode|pwd)s?$|^(?:pass|requirepass|masterauth|psk)$/
const isLikely =
  /(?:secret|token|credential|apikey|privatekey|secretkey|accesskey|presharedkey|accountkey)$|^(?:tokens|credentials|auth|sig|signature)$/
const pairs =
  /^(?:api|access|private|preshared|client|secret|account|encryption|decryption|auth|shared|etcd|tls|ssl|ssh|signing|master|session|storage|hmac|aes|ipsec|wireguard|wg|crypto|gossip|license|webhook|host) keys?$|^(?:key|cert) data$|^connection (?:str|string)$|^connectionstring$|^access signature$|^client key$/
