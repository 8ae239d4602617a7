import { badRequest } from './api-error.ts'
import { type KubeObject, textOf } from './object.ts'
import type { ResourceType } from './resources.ts'

export type Matcher = (object: KubeObject) => boolean

/** `a=b,c!=d,e in (f,g),h notin (i),j,!k`. Throws ApiFailure 400. */
export function labelMatcher(selector: string): Matcher {
  const requirements = splitRequirements(selector).map(readRequirement)
  return ({ metadata }) => requirements.every(fits => fits(metadata.labels ?? {}))
}

type Requirement = (labels: Readonly<Record<string, string>>) => boolean

/** At commas outside of brackets. */
const splitRequirements = (selector: string): string[] =>
  selector
    .split(/,(?![^(]*\))/)
    .map(piece => piece.trim())
    .filter(piece => piece !== '')

function readRequirement(text: string): Requirement {
  const set = /^([^\s=!()]+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(text)
  if (set) {
    const [, key = '', operator, list = ''] = set
    const values = list.split(',').map(value => value.trim())
    return labels => (Object.hasOwn(labels, key) && values.includes(labels[key] ?? '')) === (operator === 'in')
  }
  const equality = /^([^\s=!()]+)\s*(==|=|!=)\s*([^\s=!()]*)$/.exec(text)
  if (equality) {
    const [, key = '', operator, value = ''] = equality
    return labels => (Object.hasOwn(labels, key) && labels[key] === value) === (operator !== '!=')
  }
  const existence = /^(!?)\s*([^\s=!()]+)$/.exec(text)
  if (existence) {
    const [, not, key = ''] = existence
    return labels => Object.hasOwn(labels, key) === (not === '')
  }
  const odd = text.split(/\s+/)[1] ?? ''
  throw badRequest(`unable to parse requirement: found '${odd}', expected: in, notin, =, ==, !=, gt, lt`)
}

const common = ['metadata.name', 'metadata.namespace']
const special: Readonly<Record<string, readonly string[]>> = {
  pods: ['spec.nodeName', 'status.phase', 'spec.restartPolicy', 'spec.schedulerName', 'status.podIP'],
  nodes: ['spec.unschedulable'],
  secrets: ['type'],
  events: [
    ...['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map(
      name => `involvedObject.${name}`,
    ),
    'reason',
    'type',
    'source',
    'reportingComponent',
  ],
}

/** `spec.nodeName=a,metadata.name!=b` on the fields that the type knows. Throws ApiFailure 400. */
export function fieldMatcher(type: ResourceType, selector: string): Matcher {
  const known = [...common, ...(special[type.plural] ?? [])]
  const terms = splitRequirements(selector).map(term => readTerm(term, known))
  return object => terms.every(({ path, value, equal }) => (textOf(object, path) === value) === equal)
}

/** Types with selectable fields of their own have a shorter message. */
const unknownField = (path: string, known: readonly string[]) =>
  badRequest(
    known.length > common.length
      ? `field label not supported: ${path}`
      : `"${path}" is not a known field selector: only "metadata.name", "metadata.namespace"`,
  )

function readTerm(term: string, known: readonly string[]) {
  const [, path = '', operator, value = ''] = /^([^=!]+)(==|=|!=)(.*)$/.exec(term) ?? []
  if (operator === undefined) throw badRequest(`invalid selector: '${term}'; can't understand '${term}'`)
  if (!known.includes(path)) throw unknownField(path, known)
  return { path, value, equal: operator !== '!=' }
}
