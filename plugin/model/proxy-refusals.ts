import { isDirect } from './no-proxy.ts'

/** A request to the API or to a webhook that an HTTP proxy answered itself. */
export interface ProxyRefusal {
  readonly source: string
  /** Who was asked: a name or an address. */
  readonly host: string
  readonly line: string
}

/** The words of a status where an answer should stand: only a proxy says no more than that. */
const words =
  /: (?:Forbidden|Proxy Authentication Required|Gateway Time-?out|Bad Gateway|Service Unavailable|proxyconnect tcp: )/i
const request =
  /(?:Get|Post|Put|Patch|Delete) "?https:\/\/(?<host>\[[\da-f:]+\]|[\w.-]+)(?::\d+)?(?<path>\/[^"\s]*)?"?$/
const toWebhook = /failed calling (?:admission )?webhook/i

/** What a line tells of such a request: of one to the API, or of the API server's to a webhook. */
export function proxyRefusal(source: string, line: string): ProxyRefusal | null {
  const at = line.search(words)
  const { host, path = '' } = (at < 0 ? null : request.exec(line.slice(0, at)))?.groups ?? {}
  if (host === undefined || !(path.startsWith('/api') || toWebhook.test(line))) return null
  return { source, line, host: host.replace(/^\[|\]$/g, '') }
}

/** Those whose host these exceptions leave to the proxy. */
export const caughtBy = <T extends ProxyRefusal>(refusals: readonly T[], exceptions: readonly string[]): readonly T[] =>
  refusals.filter(({ host }) => !isDirect(host, exceptions))
