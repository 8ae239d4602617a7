import { parseTokenClaims } from '../formats/bearer-token.ts'
import { onlyProxySettings } from '../formats/proxy-settings.ts'

/**
 * The bytes of a file as they may be recorded: of environments only what names a proxy, of PEM text no private key, of
 * client configuration (kubeconfig) no key or password and no token that opens anything, of cached CNI results no configuration. All else is kept as it is.
 */
export function withoutSecrets(path: string, bytes: Uint8Array): Uint8Array {
  if (/^\/proc\/\d+\/environ(?:#|$)/.test(path)) return encode(onlyProxySettings(toText(bytes)))
  const text = toText(bytes)
  if (isCniResult.test(path)) return encode(text.replace(cachedConfig, '"config":""'))
  if (!marks.some(mark => text.includes(mark))) return bytes
  return encode(hideFields(hideUrls(hideKeys(text))))
}

/** libcni caches the network's configuration in base64, in which no token could be seen. */
const isCniResult = /^\/.*cni\/.*results\/[^/]+$/
const cachedConfig = /"config"\s*:\s*"[^"]*"/

/** Without any of these there is nothing to look for. */
const marks = ['PRIVATE KEY-----', 'client-key-data', 'token', 'password', '_PROXY', '_proxy']

/** Each byte is one character, and becomes that byte again: what is no secret stays as it was, whatever its encoding. */
function toText(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += blockBytes)
    text += String.fromCharCode(...bytes.subarray(at, at + blockBytes))
  return text
}

/** More arguments of one call are not sure to fit. */
const blockBytes = 8192

const encode = (text: string): Uint8Array => Uint8Array.from(text, char => char.charCodeAt(0))

const begin = /-----BEGIN [A-Z ]{0,32}PRIVATE KEY-----/
const end = /-----END [A-Z ]{0,32}PRIVATE KEY-----/

/** Keys, also one of which only the beginning or the end was read. */
function hideKeys(text: string): string {
  const [before = '', ...keys] = text.split(begin)
  const rest = keys.map(key => key.split(end).slice(1).join(''))
  return [before.split(end).slice(-1).join(''), ...rest].join(keys.length > 0 ? '(private key)' : '')
}

/** `token: …` of YAML and `"token": "…"` of JSON. */
const hideFields = (text: string): string =>
  text.replace(
    /^(?<name>[ \t]*"?(?:client-key-data|token|password|id-token|refresh-token)"?[ \t]*:)(?<value>.*)$/gm,
    (_, name: string, value: string) => `${name} "${claimsOf(value) ?? '(hidden)'}"`,
  )

/** What a service account's token says of itself, which opens nothing without the signature; null for other secrets. */
function claimsOf(value: string): string | null {
  const claims = /^\s*["']?(?<claims>[\w-]{1,4096}\.[\w-]{1,16384}\.)[\w-]{1,4096}["']?,?\s*$/.exec(value)?.groups
    ?.claims
  const isOfServiceAccount = claims && parseTokenClaims(claims)?.subject?.startsWith('system:serviceaccount:')
  return isOfServiceAccount ? `${claims}hidden` : null
}

/** Names and passwords of proxies in units and shell files. */
const hideUrls = (text: string): string =>
  text.replace(/(?<name>_PROXY=["']?(?:[a-z]{1,10}:\/\/)?)[^\s"']{1,512}@/gi, '$<name>')
