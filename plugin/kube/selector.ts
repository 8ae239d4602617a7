import { NetcheckError } from '../../shared/errors.ts'

type Labels = Readonly<Record<string, string>>

/** Whether labels match a selector in kubectl's grammar: `a=b`, `a==b`, `a!=b`, `a in (x,y)`, `a notin (x)`, `a`, `!a`. */
export function matchesSelector(selector: string, labels: Labels): boolean {
  return split(selector).every(requirement => parse(requirement)(labels))
}

/** Splits at commas outside of parentheses. */
const split = (selector: string): readonly string[] => selector.split(/,(?![^(]*\))/).map(part => part.trim())

function parse(text: string): (labels: Labels) => boolean {
  const [, negated, bare] = /^(!?)\s*([\w./-]+)$/.exec(text) ?? []
  if (bare !== undefined) return labels => Object.hasOwn(labels, bare) === (negated === '')
  const [, key = '', operator, value] = /^([\w./-]+)\s*(==|=|!=)\s*([\w.-]*)$/.exec(text) ?? []
  if (operator !== undefined) return labels => (labels[key] === value) === (operator !== '!=')
  const [, setKey = '', set, list = ''] = /^([\w./-]+)\s+(in|notin)\s+\(([^()]*)\)$/.exec(text) ?? []
  if (set === undefined)
    throw new NetcheckError('USAGE', `"${text}" is not a label selector`, { hint: 'write key=value' })
  const values = list.split(',').map(item => item.trim())
  return labels => values.includes(labels[setKey] ?? '\0') === (set === 'in')
}
