import type { Evidence, Remedy, Severity } from '../../../shared/finding.ts'
import { onNode } from '../command.ts'
import type { Blockade } from './blockades.ts'
import type { Purpose } from './journeys.ts'
import type { Origin } from './rules.ts'

/** Evidence of blockades: one line per rule with everything that it stops. */
export function blockadeEvidence(node: string, blockades: readonly Blockade[]): readonly Evidence[] {
  const byRule = new Map<string, Blockade[]>()
  for (const blockade of blockades) {
    const key = `${blockade.by.backend} ${blockade.by.table} ${blockade.by.chain} ${blockade.by.text}`
    byRule.set(key, [...(byRule.get(key) ?? []), blockade])
  }
  return [...byRule.values()].slice(0, mostLines).flatMap(([first, ...more]) => {
    if (!first) return []
    const { by, verdict } = first
    const what = [first, ...more].map(({ journey }) => journey.text)
    return [
      {
        at: `${node}: ${placeOf(by)}`,
        observed: `${by.text} ${verdict.verdict}s ${shareOf(by)} ${listed(what)}${countOf(by)}`,
        expected: 'these packets get through',
      },
    ]
  })
}

const mostLines = 4

const countOf = ({ packets }: Origin): string => (packets ? `; ${packets} packets so far` : '')

/** Which of the packets that come to it a rule stops. */
const shareOf = ({ isByChance }: Origin): string => (isByChance ? 'some of the packets' : 'packets')

/** What the first rule does to them, for a sentence. */
export const doingOf = ({ by, verdict: { verdict } }: Blockade): string =>
  `${verdict === 'divert' ? 'diverts' : 'stops'} ${shareOf(by)}`

/** `iptables-nft -t filter, chain FORWARD`. */
export const placeOf = ({ backend, table, chain }: Origin): string =>
  backend === 'nft' ? `nft table ${table}, chain ${chain}` : `${backend} -t ${table}, chain ${chain}`

/** Lists at most three distinct texts. */
export function listed(texts: readonly string[]): string {
  const unique = [...new Set(texts)]
  const more = unique.length - 3
  return `${unique.slice(0, 3).join(', ')}${more > 0 ? ` and ${more} more ways` : ''}`
}

/** Traffic that may be forbidden on purpose is not an error by itself. */
export const severityOf = (blockades: readonly Blockade[]): Severity =>
  blockades.some(({ journey, kind }) => kind !== 'rule' || !deliberate.includes(journey.purpose)) ? 'error' : 'warning'

const deliberate: readonly Purpose[] = ['outside', 'node-ports', 'optional']

/** Certain only when no earlier rule may have decided otherwise. */
export const confidenceOf = (blockades: readonly Blockade[]): 'certain' | 'likely' =>
  blockades.some(({ verdict }) => verdict.doubts.length === 0) ? 'certain' : 'likely'

/** Remedy that deletes the rule, when its text is safe to paste into a shell. */
export function removal(by: Origin): Remedy {
  const command = removalCommand(by)
  return command
    ? {
        title: 'take the rule away, and out of what makes it again at the next start',
        commands: [onNode(command)],
        risk: 'low',
        rollback: by.backend === 'nft' ? 'nft -f with the saved ruleset' : command.replace(' -D ', ' -A '),
      }
    : {
        title: 'find the rule and who makes it, and take it away there',
        commands: [
          onNode(by.backend === 'nft' ? 'nft -a list ruleset' : `${by.backend} -t ${by.table} -S ${by.chain}`),
        ],
        risk: 'none',
      }
}

function removalCommand({ backend, table, chain, text, kind }: Origin): string | null {
  const isPlain = /^[\w\s:.,/!+@=-]{1,290}$/
  if (kind === 'policy' || !isPlain.test(text) || !isPlain.test(`${table} ${chain}`)) return null
  const handle = /^handle (?<number>\d+):/.exec(text)?.groups?.number
  if (backend === 'nft') return handle ? `nft delete rule ${table} ${chain} handle ${handle}` : null
  return `${backend} -t ${table} ${text.replace(/^-A/, '-D')}`
}
