import { compareText } from '../text.ts'

/** UDP connections that a service's address was translated for, from one address and port to another. */
export interface TranslatedFlow {
  /** Where clients send to. */
  readonly frontend: string
  readonly port: number
  /** Where the kernel leads it. */
  readonly backend: string
  readonly backendPort: number
  /** Connections of all clients. */
  readonly count: number
  /** Those of them that never had an answer. */
  readonly unreplied: number
}

/** What was read of a table: `cut` where it holds more pairs of addresses than are kept. */
export interface TranslatedFlows {
  readonly flows: readonly TranslatedFlow[]
  readonly cut: boolean
}

/** Pairs of addresses that are kept: a node of thousands of services over UDP is not known. */
const mostPairs = 2_000

/**
 * Sums the UDP entries of /proc/net/nf_conntrack, or of what `conntrack -L` prints, whose destination was translated.
 * Lines of another shape are passed over, so is a last line that was cut. Source: net/netfilter/nf_conntrack_standalone.c,
 * ct_seq_show.
 */
export function parseTranslatedFlows(text: string): TranslatedFlows {
  const pairs = new Map<string, TranslatedFlow>()
  let cut = false
  for (const line of linesOf(text)) {
    const flow = flowIn(line)
    if (!flow) continue
    const key = `${flow.frontend} ${flow.port} ${flow.backend} ${flow.backendPort}`
    const known = pairs.get(key)
    if (!known && pairs.size >= mostPairs) cut = true
    else pairs.set(key, known ? sum(known, flow) : flow)
  }
  return { flows: [...pairs].sort(([a], [b]) => compareText(a, b)).map(([, flow]) => flow), cut }
}

/** One line after the other: a table has tens of thousands. */
function* linesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start)
    if (end < 0) return
    yield text.slice(start, Math.min(end, start + longestLine))
    start = end + 1
  }
}

const longestLine = 2_000

const tuple = (name: string): string =>
  `src=(?<${name}Src>[\\da-f.:]{2,45}) dst=(?<${name}Dst>[\\da-f.:]{2,45}) sport=(?<${name}Sport>\\d{1,5}) dport=(?<${name}Dport>\\d{1,5}) `
const entry = new RegExp(
  `(?:^|\\s)udp +17 .*?${tuple('to')}(?:packets=\\d+ bytes=\\d+ )?(?<unreplied>\\[UNREPLIED\\] )?${tuple('back')}`,
)

function flowIn(line: string): TranslatedFlow | null {
  const groups = line.includes('udp') ? entry.exec(line)?.groups : undefined
  if (!groups) return null
  const { toDst: frontend = '', toDport = '', backSrc: backend = '', backSport = '', unreplied } = groups
  if (frontend === backend && toDport === backSport) return null
  const [port, backendPort] = [Number(toDport), Number(backSport)]
  return { frontend, port, backend, backendPort, count: 1, unreplied: unreplied === undefined ? 0 : 1 }
}

const sum = (one: TranslatedFlow, other: TranslatedFlow): TranslatedFlow => ({
  ...one,
  count: one.count + other.count,
  unreplied: one.unreplied + other.unreplied,
})
