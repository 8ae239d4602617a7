import fc from 'fast-check'
import { expect, test } from 'vitest'
import { packet, walkSaved } from '../../../support/packets.ts'

/** A condition with its text; `holds` is what a real packet would find, also where the walk cannot know. */
interface Condition {
  readonly text: string
  readonly holds: boolean | 'marked'
}
interface GivenRule {
  readonly conditions: readonly Condition[]
  readonly target: string
}
type Chains = Readonly<Record<string, readonly GivenRule[]>>

const known: readonly Condition[] = [
  { text: '-s 10.244.0.0/16', holds: true },
  { text: '-s 10.9.0.0/16', holds: false },
  { text: '! -d 10.9.0.0/16', holds: true },
  { text: '-i cni+', holds: true },
  { text: '! -o eth0', holds: false },
  { text: '-m conntrack --ctstate NEW', holds: true },
  { text: '-m mark --mark 0x1/0x1', holds: 'marked' },
]
const hidden: readonly Condition[] = [true, false].map(holds => ({ text: '-m weather --rainy', holds }))

/** Targets of a chain: chains only lead to those after them. */
const targets = (...chains: readonly string[]) => [
  ...['ACCEPT', 'DROP', 'RETURN', 'LOG', 'MARK --set-xmark 0x1/0x1', 'MARK --set-xmark 0x0/0x1'].map(
    name => `-j ${name}`,
  ),
  ...chains.flatMap(name => [`-j ${name}`, `-g ${name}`]),
]

/** No rule asks for the same twice: iptables does not take it. */
const option = ({ text }: Condition): string | undefined => /-[sdio]\b|-m \w+/.exec(text)?.[0]

const rulesOf = (conditions: readonly Condition[], ...chains: readonly string[]) =>
  fc.array(
    fc.record({
      conditions: fc.uniqueArray(fc.constantFrom(...conditions), { maxLength: 2, selector: option }),
      target: fc.constantFrom(...targets(...chains)),
    }),
    { maxLength: 6 },
  )

const ruleset = (conditions: readonly Condition[]) =>
  fc.record({
    FORWARD: rulesOf(conditions, 'A', 'B', 'C'),
    A: rulesOf(conditions, 'B', 'C'),
    B: rulesOf(conditions, 'C'),
    C: rulesOf(conditions),
  })

const print = (chains: Chains, policy: string) =>
  `*filter\n:FORWARD ${policy}\n:A -\n:B -\n:C -\n${Object.entries(chains)
    .flatMap(([chain, rules]) =>
      rules.map(({ conditions, target }) => ['-A', chain, ...conditions.map(({ text }) => text), target].join(' ')),
    )
    .join('\n')}\nCOMMIT\n`

/** The rules as the manual tells them, for one packet of which all is known. */
function evaluate(chains: Chains, policy: string): string {
  let isMarked = false
  const follow = (name: string): string | null => {
    for (const { conditions, target } of chains[name] ?? []) {
      if (!conditions.every(({ holds }) => (holds === 'marked' ? isMarked : holds))) continue
      const [kind, word = ''] = target.split(' ')
      if (word === 'ACCEPT' || word === 'DROP') return word
      if (word === 'RETURN') return null
      if (word === 'MARK') isMarked = target.includes('0x1/0x1')
      if (!(word in chains)) continue
      const end = follow(word)
      if (end !== null || kind === '-g') return end
    }
    return null
  }
  return (follow('FORWARD') ?? policy).toLowerCase()
}

const policies = fc.constantFrom('ACCEPT', 'DROP')

test('the walk ends where the rules end', () => {
  fc.assert(
    fc.property(ruleset(known), policies, (chains, policy) => {
      expect(walkSaved(print(chains, policy), packet()).verdict).toBe(evaluate(chains, policy))
    }),
    { numRuns: 500 },
  )
})

test('what it does not know never makes it say what is not so', () => {
  fc.assert(
    fc.property(ruleset([...known, ...hidden]), policies, (chains, policy) => {
      const { verdict } = walkSaved(print(chains, policy), packet())
      expect([evaluate(chains, policy), 'unknown']).toContain(verdict)
    }),
    { numRuns: 1000 },
  )
})
