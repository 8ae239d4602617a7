import { compareText } from '../text.ts'

/** UDP connections whose service address was translated, summed per frontend and backend. */
export interface TranslatedFlow {
  /** Address that clients send to. */
  readonly frontend: string
  readonly port: number
  /** Address that the kernel translates it to. */
  readonly backend: string
  readonly backendPort: number
  /** Number of connections of all clients. */
  readonly count: number
  /** Number of those without any reply. */
  readonly unreplied: number
}

/** Result of parsing a table; `cut` when it has more address pairs than are kept. */
export interface TranslatedFlows {
  readonly flows: readonly TranslatedFlow[]
  readonly cut: boolean
}

/** Maximum number of address pairs; nodes with thousands of UDP services are unknown. */
const mostPairs = 2_000

/**
 * Sums the translated UDP entries of /proc/net/nf_conntrack or `conntrack -L`. Other lines, and a truncated last line,
 * are skipped. Source: net/netfilter/nf_conntrack_standalone.c, ct_seq_show.
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

/** Yields lines lazily: a table has tens of thousands. */
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
