import { onlyProxySettings } from '../formats/proxy-settings.ts'
import { hideSecrets } from './secrets-text.ts'

/**
 * Removes secrets from a file before it is recorded. Environments keep only proxy settings, cached CNI results lose
 * their configuration, files that consist of a secret become empty, and all other text loses keys, passwords and
 * tokens. Service account tokens in a kubeconfig keep their claims, which are useless alone. Binary content stays.
 */
export function withoutSecrets(path: string, bytes: Uint8Array): Uint8Array {
  if (/^\/proc\/\d+\/environ(?:#|$)/.test(path)) return encode(onlyProxySettings(toText(bytes)))
  if (path === '/etc/nsswitch.conf') return bytes
  if (isSecretFile.test(path)) return bytes.length === 0 ? bytes : encode('(hidden)\n')
  if (!isCommandLine.test(path) && bytes.subarray(0, headBytes).includes(0)) return bytes
  const text = toText(bytes)
  const shown = hideSecrets(isCniResult.test(path) ? text.replace(cachedConfig, '"config":""') : text)
  return shown === text ? bytes : encode(shown)
}

/** libcni caches the network configuration in base64, which would hide a token. */
const isCniResult = /^\/.*cni\/.*results\/[^/]+$/
const cachedConfig = /"config"\s{0,16}:\s{0,16}"[^"]{0,1000000}"/

/** Words of a command line end with a NUL. */
const isCommandLine = /^\/proc\/\d+\/cmdline(?:#|$)/
/** A file with a NUL in its beginning is binary. */
const headBytes = 4096

const isSecretFile =
  /\/(?:secrets\/kubernetes\.io\/|kubernetes\.io~(?:secret|projected)\/(?!.*\.crt$))|\/etc\/g?shadow-?$|\/(?:[\w.-]*token|token|known_tokens\.csv|tokens\.csv|\.?netrc|\.pgpass|\.dockercfg|ipsec\.secrets|chap-secrets|id_(?:rsa|dsa|ecdsa|ed25519)|weave-?passw(?:or)?d|[\w.-]*passwd[\w-]*\.txt|basic_auth\.csv|[\w.-]*\.(?:key|p12|pfx|jks|keytab|psk|secret))(?:#\w+)?$/

/** Latin-1, so that all other bytes survive the round trip, whatever the encoding. */
function toText(bytes: Uint8Array): string {
  if (isAscii(bytes)) return decoder.decode(bytes)
  let text = ''
  for (let at = 0; at < bytes.length; at += blockBytes) text += textOf(bytes.subarray(at, at + blockBytes))
  return text
}

/** Limit of arguments for one call. */
const blockBytes = 8192
const decoder = new TextDecoder()

/** Nearly all blocks are ASCII, which is decoded forty times as fast. */
const textOf = (block: Uint8Array): string => (isAscii(block) ? decoder.decode(block) : String.fromCharCode(...block))

function isAscii(block: Uint8Array): boolean {
  let all = 0
  // An iterator takes ten times as long.
  for (let at = 0; at < block.length; at += 1) all |= block[at] ?? 0
  return all < 128
}

function encode(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at)
  return bytes
}
