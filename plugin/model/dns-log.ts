import { oneLine } from '../../shared/text.ts'
import { plainText } from './event-text.ts'

/** Reasons in CoreDNS's log why it does not serve. */
export type DnsTrouble =
  | { readonly kind: 'loop' /** The client, if the line shows it. */; readonly source: string | null }
  | {
      readonly kind: 'not-parsed'
      /** The unknown plugin or property; null for another error. */
      readonly item: string | null
      /** Null where the line names none. */
      readonly line: number | null
    }
  | { readonly kind: 'no-upstream' }
  | { readonly kind: 'forbidden'; readonly resource: string; readonly verb: string; readonly account: string }
  | { readonly kind: 'api-unreachable' }
  | { readonly kind: 'upstream-silent'; readonly upstream: string; readonly isSelfTest: boolean }
  | { readonly kind: 'port-denied' }
  | { readonly kind: 'exec-denied' }

/** A line of CoreDNS's log about trouble. */
export interface DnsLogLine {
  readonly trouble: DnsTrouble
  /** One line, without the time that the runtime puts before it. */
  readonly text: string
  /** RFC 3339 by the runtime's clock; null where the line has none. */
  readonly time: string | null
}

/** Log lines about trouble, in order. */
export const dnsTroubles = (log: string): readonly DnsLogLine[] =>
  log.split('\n').flatMap(written => {
    const [, time = null, rest = ''] = /^(?:(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)) )?(.*)$/.exec(written) ?? []
    const text = plainText(rest)
    const trouble = classify(text)
    return trouble ? [{ trouble, text: oneLine(text, 400), time }] : []
  })

/** The version that CoreDNS logs at start; null when the log does not reach back that far. */
export const loggedVersion = (log: string): string | null => /\bCoreDNS-(\d+\.\d+\.\d+)/.exec(log)?.[1] ?? null

function classify(text: string): DnsTrouble | null {
  if (/plugin\/loop: .*(?:loop detected|Loop \()/i.test(text)) {
    return { kind: 'loop', source: /Loop \((\S+) ->/.exec(text)?.[1] ?? null }
  }
  if (/no nameservers found/.test(text)) return { kind: 'no-upstream' }
  return parseFault(text) ?? rightsFault(text) ?? networkFault(text) ?? startFault(text)
}

function parseFault(text: string): DnsTrouble | null {
  const [, line] = /:(\d{1,6}) - Error during parsing/.exec(text) ?? []
  const [, item = null] = /unknown (?:directive|property) ['"]([^'"]{1,64})['"]/i.exec(text) ?? []
  if (line === undefined && item === null && !/Error during parsing|^cannot serve \S+ - /.test(text)) return null
  // A rejected reload: the previous file stays active.
  return { kind: 'not-parsed', item, line: line === undefined ? null : Number(line) }
}

function rightsFault(text: string): DnsTrouble | null {
  const [, resource, account = '', verb = ''] =
    /(\S+) is forbidden: User "([^"]+)" cannot (\w+) resource/.exec(text) ?? []
  return resource === undefined ? null : { kind: 'forbidden', resource, verb, account }
}

function networkFault(text: string): DnsTrouble | null {
  const [, upstream] =
    /(?:read|write) (?:udp|tcp) \S+->(\S+):53: (?:i\/o timeout|\S.*(?:no route|refused|unreachable))/.exec(text) ?? []
  if (upstream !== undefined) return { kind: 'upstream-silent', upstream, isSelfTest: / HINFO: /.test(text) }
  const isApi = /Failed to (?:list|watch) \*|failed to list \*|api\/v1|Kubernetes API/.test(text)
  const isSilent = /i\/o timeout|no route to host|connection refused|network is unreachable|TLS handshake timeout/
  return isApi && isSilent.test(text) ? { kind: 'api-unreachable' } : null
}

function startFault(text: string): DnsTrouble | null {
  if (/listen (?:tcp|udp) \S*:53: bind: permission denied/.test(text)) return { kind: 'port-denied' }
  return /exec user process caused.*(?:operation not permitted|permission denied)/.test(text)
    ? { kind: 'exec-denied' }
    : null
}
