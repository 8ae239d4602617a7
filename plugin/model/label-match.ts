import type { NetworkPolicy } from '../cluster/network-policies.ts'

type LabelSelector = NetworkPolicy['podSelector']
type Labels = Readonly<Record<string, string>>

/** Whether all wanted labels are present with equal values, as for a service's selector. */
export const holdsLabels = (wanted: Labels, labels: Labels): boolean =>
  Object.entries(wanted).every(([key, value]) => labelOf(labels, key) === value)

/**
 * Whether a label selector matches; an empty one matches everything. An operator that the API does not know matches
 * nothing. Source: k8s.io/apimachinery pkg/labels selector.go: `NotIn` also matches where the key is absent.
 */
export const matchesLabels = ({ matchLabels, matchExpressions }: LabelSelector, labels: Labels): boolean =>
  holdsLabels(matchLabels, labels) && matchExpressions.every(expression => matchesExpression(expression, labels))

/** Whether a selector has no requirements, and so matches everything. */
export const isEmptySelector = ({ matchLabels, matchExpressions }: LabelSelector): boolean =>
  Object.keys(matchLabels).length === 0 && matchExpressions.length === 0

/** Formats a selector as kubectl does: `app=web,tier in (a,b)`; `all` for an empty one. */
export function selectorText(selector: LabelSelector): string {
  const expressions = selector.matchExpressions.map(({ key, operator, values }) => {
    if (operator === 'Exists') return key
    if (operator === 'DoesNotExist') return `!${key}`
    return `${key} ${operator.toLowerCase()} (${values.join(',')})`
  })
  return isEmptySelector(selector)
    ? 'all'
    : [labelsText(selector.matchLabels), ...expressions].filter(Boolean).join(',')
}

/** `app=web,tier=front`. */
export const labelsText = (labels: Labels): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',')

function matchesExpression(
  { key, operator, values }: LabelSelector['matchExpressions'][number],
  labels: Labels,
): boolean {
  const value = labelOf(labels, key)
  if (operator === 'In') return value !== undefined && values.includes(value)
  if (operator === 'NotIn') return value === undefined || !values.includes(value)
  if (operator === 'Exists') return value !== undefined
  return operator === 'DoesNotExist' && value === undefined
}

/** A label may be named `constructor`. */
const labelOf = (labels: Labels, key: string): string | undefined =>
  Object.hasOwn(labels, key) ? labels[key] : undefined
