import type { Pod } from '../cluster/pods.ts'
import { labelsText } from './label-match.ts'

type Labels = Readonly<Record<string, string>>

/** Pods whose labels are most similar to a selector that matches none. */
export interface Nearest {
  readonly pods: readonly Pod[]
  /** The selector changed to match these pods. */
  readonly selector: Labels
  /** Differences such as `app=api-v2 is app=api`. */
  readonly differences: readonly string[]
}

/** Labels that rollouts add; no service selects by them on purpose. */
const generated =
  /(?:^|\/)(?:pod-template-hash|controller-revision-hash|controller-uid|job-name|pod-template-generation|pod-index)$/

/**
 * The pods that the selector was probably meant for: they share a requirement, a key with a similar value, or a value
 * under another key. Null when none is similar.
 */
export function nearestPods(selector: Labels, pods: readonly Pod[]): Nearest | null {
  const rated = pods
    .map(pod => ({ pod, match: compare(selector, pod.labels) }))
    .filter(({ match }) => match.score > 0)
    .sort((a, b) => b.match.score - a.match.score)
  const [best] = rated
  if (!best) return null
  const key = labelsText(best.match.selector)
  return {
    pods: rated.filter(({ match }) => labelsText(match.selector) === key).map(({ pod }) => pod),
    selector: best.match.selector,
    differences: best.match.differences,
  }
}

interface Match {
  readonly score: number
  readonly selector: Labels
  readonly differences: readonly string[]
}

/**
 * A fulfilled requirement scores 1, a nearly fulfilled one its similarity; one without a counterpart excludes the pod.
 */
function compare(selector: Labels, labels: Labels): Match {
  const found = Object.entries(selector).map(([key, value]) => ({ key, value, like: likeOf(key, value, labels) }))
  const differing = found.filter(({ key, value, like }) => like === null || like.key !== key || like.value !== value)
  const score = found.some(({ like }) => like === null)
    ? 0
    : found.reduce((sum, { like }) => sum + (like?.rate ?? 0), 0)
  return {
    score,
    selector: Object.fromEntries(found.map(({ key, value, like }) => [like?.key ?? key, like?.value ?? value])),
    differences: differing.map(
      ({ key, value, like }) => `${key}=${value} is ${like ? `${like.key}=${like.value}` : 'on no pod'} on the pods`,
    ),
  }
}

interface Like {
  readonly key: string
  readonly value: string
  readonly rate: number
}

function likeOf(key: string, value: string, labels: Labels): Like | null {
  const own = Object.hasOwn(labels, key) ? labels[key] : undefined
  if (own === value) return { key, value, rate: 1 }
  const entries = Object.entries(labels).filter(([name]) => !generated.test(name))
  const sameValue = entries.find(([, other]) => other === value)
  if (sameValue) return { key: sameValue[0], value, rate: 0.8 }
  const likeKey = entries.find(([name, other]) => areAlike(name, key) && areAlike(other, value))
  if (own !== undefined && areAlike(own, value)) return { key, value: own, rate: 0.7 }
  return likeKey ? { key: likeKey[0], value: likeKey[1], rate: 0.5 } : null
}

/** Equal except for case, a prefix of the other, or a small edit distance. */
function areAlike(a: string, b: string): boolean {
  const [left, right] = [plain(a), plain(b)]
  if (left === '' || right === '') return false
  if (left.startsWith(right) || right.startsWith(left) || left.endsWith(right) || right.endsWith(left)) return true
  return distance(left, right) <= Math.max(1, Math.floor(Math.min(left.length, right.length) / 4))
}

const plain = (text: string): string =>
  text
    .slice(0, 63)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...b].entries()) {
      const change = (row[j] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
