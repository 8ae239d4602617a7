import * as z from 'zod/mini'
import { NetcheckError } from '../../shared/errors.ts'
import { type Finding, severities } from '../../shared/finding.ts'
import type { AnyCheck } from '../engine/check.ts'
import { chooseChecks, withCauses } from '../engine/choose-checks.ts'
import { checks } from '../gen/checks.ts'
import type { Focus, View } from '../report/view.ts'
import { views } from '../report/views.ts'
import { viewNames } from './check-options.ts'
import type { Options } from './command.ts'
import type { JudgeRequest } from './judge.ts'

const schema = z.object({
  view: z.optional(z.enum(viewNames)),
  name: z.optional(z.string()),
  namespace: z.optional(z.string()),
  severity: z.enum(severities),
  only: z.optional(z.array(z.string())),
  skip: z.optional(z.array(z.string())),
})

/** Parts needed to group findings and to name nodes. */
const groupingParts = ['endpointSlices', 'nodes', 'pods'] as const

/** Parts that tell whether a namespace exists. */
const focusParts = ['namespaces', 'services'] as const

/** What a run of `check` examines and shows. */
export interface CheckRequest extends JudgeRequest {
  readonly view: View | null
  readonly focus: Focus
}

/** Reads the options of `check` and `analyze`. Throws NetcheckError `USAGE`. */
export function parseCheckRequest(options: Options): CheckRequest {
  const { view: viewName, name, namespace, severity, only, skip } = z.parse(schema, options)
  const view = viewName === undefined ? null : views[viewName]
  const focus = focusOf(view, { name, namespace })
  const isInView = ({ code }: { readonly code: string }) => view === null || view.areas.includes(code.slice(0, 3))
  const chosen = chooseChecks(checks, { only: codesIn('--only', only), skip: codesIn('--skip', skip) })
  return {
    view,
    focus,
    checks: view === null ? chosen : withCauses(chosen, isInView),
    shown: view?.parts ?? [],
    shownCluster: [...groupingParts, ...(focus.namespaces.length > 0 ? focusParts : []), ...(view?.cluster ?? [])],
    filter: { severity, isWanted: finding => isInView(finding) && isInFocus(finding, focus, view) },
  }
}

function focusOf(
  view: View | null,
  { name, namespace }: { readonly name: string | undefined; readonly namespace: string | undefined },
): Focus {
  const namespaces = namespace?.split(',').filter(Boolean) ?? []
  if (name === undefined) return { namespaces, name: null }
  if (!view?.takesName) throw new NetcheckError('USAGE', 'only services and pods can be asked for by name')
  const [place, object, ...rest] = name.includes('/') ? name.split('/') : [namespaces[0] ?? 'default', name]
  if (place && object && rest.length === 0) return { namespaces: [place], name: object }
  throw new NetcheckError('USAGE', `${name} is not the name of an object`, { hint: 'write namespace/name' })
}

/** A finding about the cluster or a node concerns every namespace, but not a single object. */
function isInFocus({ subject }: Finding, { namespaces, name }: Focus, view: View | null): boolean {
  if (name !== null && subject.kind === view?.takesName) {
    return subject.name === name && namespaces.includes(subject.namespace ?? '')
  }
  if (subject.kind === 'Node' || subject.kind === 'Cluster') return name === null
  return name === null && (namespaces.length === 0 || namespaces.includes(subject.namespace ?? ''))
}

function codesIn(option: string, values: readonly string[] = []): readonly string[] {
  const names = values.flatMap(value => value.split(',')).map(name => name.trim().toUpperCase())
  const unknown = names.find(name => !checks.some(check => isNamed(check, name)))
  if (unknown === undefined) return names
  throw new NetcheckError('USAGE', `${option}: no check has the code or area ${unknown || '""'}`, {
    hint: 'kubectl netcheck explain lists them',
  })
}

const isNamed = ({ code }: AnyCheck, name: string): boolean => code === name || code.slice(0, 3) === name
