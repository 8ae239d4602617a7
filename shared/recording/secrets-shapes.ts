import { parseTokenClaims } from '../formats/bearer-token.ts'
import { sensitivityOf } from './secrets-names.ts'

/** Hides secrets that are recognisable by their form alone. */
export function hideShapes(text: string): string {
  const shown = text.includes('://') ? hideLogins(text) : text
  const named = shown.includes('value') ? shown.replace(pair, hidePair) : shown
  const tokens = named.includes('eyJ') ? named.replace(webToken, '(hidden)') : named
  const small = tokens.toLowerCase()
  return forms.reduce(
    (rest, [form, instead, mark]) => (mark === undefined || mark.test(small) ? rest.replace(form, instead) : rest),
    tokens,
  )
}

/** A variable of YAML as a name and a value, each in its own field. */
const pair =
  /(?<before>(?<![\w-])name["']?:[ \t]{0,4}["']?(?<name>[\w.-]{1,96})["']?[,\s]{1,64}["']?value["']?:[ \t]{0,4}["']?)(?<value>[^\s"',{}[\]]{1,2048})/g

const hidePair = (found: string, before: string, name: string, value: string): string =>
  value !== '(hidden)' && sensitivityOf(name) !== null ? `${before}(hidden)` : found

/** A JSON Web Token that still has its signature. */
const webToken =
  /(?<![\w.-])eyJ[\w-]{8,4096}\.[\w-]{0,32768}\.(?!hidden(?![\w-]))[\w-]{8,32768}(?:\.[\w-]{1,32768}){0,2}/g

/** The claims of a service account token, which are useless without the signature; null for other secrets. */
export function claimsOf(value: string): string | null {
  const claims = /^(?<claims>[\w-]{1,4096}\.[\w-]{1,16384}\.)[\w-]{1,4096}$/.exec(value)?.groups?.claims
  const isOfServiceAccount = claims && parseTokenClaims(claims)?.subject?.startsWith('system:serviceaccount:')
  return isOfServiceAccount ? `${claims}hidden` : null
}

const whole = () => '(hidden)'
const hiddenBehind = (_: string, before: string) => `${before}(hidden)`

/**
 * A form, its replacement, and a lower-case marker that every text with it contains, so that ordinary text is skipped
 * quickly.
 */
type Form = readonly [form: RegExp, instead: (found: string, before: string) => string, mark?: RegExp]

/** Sources: formats that services publish for secret scanning; kubeadm's `[a-z0-9]{6}\.[a-z0-9]{16}`. */
const forms: readonly Form[] = [
  [
    /(?<![\w-]|\w\.)[a-z0-9]{6}\.[a-z0-9]{16}(?![\w-]|\.\w)/g,
    word => (/\d/.test(word) ? '(hidden)' : word),
    /\.(?<=[a-z0-9]{6}\.)[a-z0-9]{16}(?![\w-])/,
  ],
  [/(?<!\w)(?:AKIA|ASIA|AGPA|AROA|ABIA|ACCA)[A-Z0-9]{16}(?!\w)/g, whole],
  [/(?<!\w)(?:AIza[\w-]{30,2048}|ya29\.[\w.-]{10,2048}|GOCSPX-[\w-]{10,2048})/g, whole],
  [
    /(?<!\w)(?:gh[pousr]_\w{20,2048}|github_pat_\w{20,2048}|glpat-[\w-]{12,2048}|dckr_pat_[\w-]{12,2048}|npm_\w{20,2048}|hf_\w{20,2048})/g,
    whole,
  ],
  [
    /(?<!\w)(?:xox[a-z]-[\w-]{8,2048}|sk_(?:live|test)_\w{8,2048}|sk-[\w-]{20,2048}|hv[sbr]\.[\w-]{16,2048}|SG\.[\w-]{10,2048}\.[\w-]{10,2048})/g,
    whole,
  ],
  [/(?<!\w)K10[0-9a-f]{16,2048}::[\w-]{1,64}:[^\s"']{1,2048}/g, whole],
  [/(?<=hooks\.slack\.com\/services\/)[^\s"'<>(]{1,2048}/g, whole, /hooks\.slack\.com/],
  [/(?<![\w$])\$(?:1|5|6|y|2[abxy]|apr1|argon2id?|pbkdf2[\w-]{0,16})\$[^\s:"'\\]{8,2048}/g, whole, /\$[1-6yap]/],
  [
    /(?<before>(?<![\w-])(?:bearer|basic|negotiate)(?:\s|%20){1,4}["']?)(?=[^\s"'\\,;]{0,200}[0-9A-Z=])[^\s"'\\,;()]{6,2048}/gi,
    hiddenBehind,
  ],
  [
    /(?<before>(?:rfc\d{4}|cbc|ctr|gcm|ecb|hmac|xcbc|cmac)\([\w()-]{1,32}\)?\s{1,4}\(?)(?:0x)?[0-9a-f]{16,2048}/gi,
    hiddenBehind,
    /\((?<=(?:rfc\d{4}|cbc|ctr|gcm|ecb|hmac|cmac)\()/,
  ],
  [/(?<before>(?<![\w-])PSK\s{1,4}["']?)[^\s"'()]{4,2048}/g, hiddenBehind],
  [/(?<before>(?<![\w-])login\s{1,4}\S{1,128}\s{1,4}(?:password|passwd)\s{1,4})[^\s()]{1,2048}/g, hiddenBehind],
  [
    /(?<before>(?<![\w-])(?:sshpass|mysql\w{0,32}|mariadb\w{0,32}|mongo\w{0,32})(?:[\s\0]{1,16}[^\s\0]{1,128}){0,4}?[\s\0]{1,16}-p)[^\s\0"'()]{1,2048}/g,
    hiddenBehind,
  ],
  [
    /(?<before>(?<![\w-])(?:-u|--user|--proxy-user|-U)[\s\0=",']{1,4}(?!\d+:\d)[^\s\0:"'/]{1,128}:)[^\s\0"'()]{1,2048}/g,
    hiddenBehind,
  ],
  [/(?<![^\s"'=(])[^\s"'=@/():]{1,128}:[^\s"'/(]{1,256}(?=@(?:tcp|unix|udp)\()/g, whole, /@(?:tcp|unix|udp)\(/],
  [
    /(?<before>(?:^|\n)[ \t]{0,256}(?:aws_access_key|(?:[a-z]\w{0,32}[_-])?(?:secret|credentials|password|passwd|auth_pass|requirepass|token))[ \t]{1,64})(?!\(hidden\))[^\s:={]\S{0,512}(?:[ \t]{1,64}[^\s:={]\S{0,512}){0,2}(?=[ \t]{0,256}(?:\r?\n|$))/g,
    hiddenBehind,
  ],
  [
    /(?<before>(?<!\w)(?:private|preshared|pre-shared|secret|access|api|encryption) key["']?\s{0,4}[:=]\s{0,4}["']?)(?=\S{0,200}[\dA-Z+/=])[^\s"'()]{8,2048}/gi,
    hiddenBehind,
    / key["'\s:=]/,
  ],
  [
    /(?<before>(?<![\w-])login(?:[\s\0]{1,4}[^\s\0]{1,128}){0,6}?[\s\0]{1,4}-p[\s\0]{1,4})[^\s\0"'()]{1,512}/g,
    hiddenBehind,
  ],
  [
    /(?<before>(?<![\w-])redis-cli(?:[\s\0]{1,4}[^\s\0]{1,128}){0,6}?[\s\0]{1,4}-a[\s\0]{1,4})[^\s\0"'()]{1,512}/g,
    hiddenBehind,
  ],
  [/(?<before>--from-literal[=\s\0][\w.-]{1,253}=)[^\s\0"'()]{1,2048}/g, hiddenBehind],
  [
    /(?<before>(?<![A-Za-z])(?:[A-Z]\w{0,64}_)?USER(?:NAME)?=["']?[\w.-]{1,64}:)[^\s\0"'()]{1,512}/g,
    hiddenBehind,
    /user(?:name)?=/,
  ],
  [/(?<before><(?:[\w:]{0,32})?(?:password|passwd|secret|token|passphrase|apikey)>)[^<(]{1,2048}/gi, hiddenBehind],
  [/(?<before>(?:passw(?:or)?d|token)s?["']?[:=]\s{0,4}\[\s{0,4}["']?)[^\s"',()[\]{}]{1,512}/gi, hiddenBehind],
  [
    /(?<before>(?:passw(?:or)?d|token|secret)["']?[:=]\s{0,4}\{\s{0,4}["']?(?:value|data|plain)["']?:\s{0,4}["']?)[^\s"',(){}[\]]{1,512}/gi,
    hiddenBehind,
  ],
]

/** Hides user names and passwords in URLs, also when a password contains a slash. */
function hideLogins(text: string): string {
  let result = ''
  let done = 0
  let run = { end: 0, sign: -1 }
  for (let at = text.indexOf('://'); at >= 0; at = text.indexOf('://', at + 3)) {
    if (at >= run.end) run = runAt(text, at)
    const from = at + 3
    const end = run.sign < from ? null : loginEnd(text, from, run.sign)
    if (from < done || end === null) continue
    result += text.slice(done, from)
    done = end
  }
  return result + text.slice(done)
}

/** The end of a possible URL, and its last @. */
function runAt(text: string, from: number): { end: number; sign: number } {
  urlEnd.lastIndex = from
  const end = urlEnd.exec(text)?.index ?? text.length
  const sign = text.slice(from, end).lastIndexOf('@')
  return { end, sign: sign < 0 ? -1 : from + sign }
}

/** The end of a URL's credentials; null without any. */
function loginEnd(text: string, from: number, lastSign: number): number | null {
  authority.lastIndex = from
  const [place = ''] = authority.exec(text) ?? []
  const sign = place.lastIndexOf('@')
  if (sign >= 0) return from + sign + 1
  return /^[^:[]*:(?!\d*$)/.test(place) ? lastSign + 1 : null
}

const urlEnd = /[\s"'<>`\0\\]/g
const authority = /[^/?#\s"'<>`\0\\]{0,1024}/y
