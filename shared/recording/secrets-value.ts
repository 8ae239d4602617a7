import { isNetworkSetting } from '../network-settings.ts'
import { isSecretValue } from './secrets-fields.ts'
import { type Sensitivity, sensitivityOf } from './secrets-names.ts'
import { hideSecrets } from './secrets-text.ts'

/** Replacement for a secret. */
const hidden = '(hidden)'

/** Hides secrets in JSON and keeps its shape; returns the same object when there are none. */
export const hideInValue = (value: unknown): unknown => hide(value, { name: '', within: null, depth: 0 })

interface Place {
  /** Key in the nearest enclosing object. */
  readonly name: string
  /** Set inside a value whose name is secret. */
  readonly within: Sensitivity | null
  readonly depth: number
}

/** JSON deeper than this is dropped. */
const deepest = 200

function hide(value: unknown, place: Place): unknown {
  if (typeof value === 'string') return hideString(value, place)
  if (typeof value !== 'object' || value === null) return value
  if (place.depth > deepest) return hidden
  if (Array.isArray(value)) return hideItems(value, place)
  return hideFieldsOf({ ...value, ...hiddenData(value) }, value, place)
}

function hideString(text: string, { name, within, depth }: Place): string {
  if (within && isSecretValue(text, within)) return hidden
  if (depth > deepest || text.length > mostJson || !/^\s*[[{]/.test(text)) return hideSecrets(text)
  return hideJson(text, { name, within: null, depth: depth + 20 })
}

/** Longer JSON, such as packet filter rules, is processed as text. */
const mostJson = 1 << 20

/** Nested JSON in a string, as in runtime replies; re-encoded only when something was hidden. */
function hideJson(text: string, place: Place): string {
  try {
    const value: unknown = JSON.parse(text)
    const shown = hide(value, place)
    return shown === value ? text : JSON.stringify(shown)
  } catch {
    return hideSecrets(text)
  }
}

function hideItems(items: readonly unknown[], { name, within, depth }: Place): readonly unknown[] {
  const isEnvironment = /^envs?$/i.test(name)
  const shown = items.map((item, index) => {
    if (typeof item === 'string' && isEnvironment) return hideAssignment(item)
    if (isFlagOfSecret(items[index - 1]) && typeof item === 'string' && !item.startsWith('-')) return hideFlagged(item)
    return hide(item, { name, within, depth: depth + 1 })
  })
  return shown.some((item, index) => item !== items[index]) ? shown : items
}

const isFlagOfSecret = (before: unknown): boolean =>
  typeof before === 'string' && /^--?[A-Za-z][\w.-]{0,95}$/.test(before) && sensitivityOf(before) !== null

const hideFlagged = (value: string): string => (isSecretValue(value, 'likely') ? hidden : value)

/** An environment variable `NAME=value`: only network settings keep their values. */
function hideAssignment(text: string): string {
  const at = text.indexOf('=')
  if (at < 0) return hidden
  return isNetworkSetting(text.slice(0, at)) ? hideSecrets(text) : `${text.slice(0, at)}=${hidden}`
}

function hideFieldsOf(
  shown: Record<string, unknown>,
  value: object,
  { name, within, depth }: Place,
): Readonly<Record<string, unknown>> | object {
  const said = namedBy(shown)
  let isChanged = isSecretObject(value)
  for (const [key, item] of Object.entries(shown)) {
    if (droppedKeys.has(key)) {
      delete shown[key]
      isChanged = true
      continue
    }
    const own = said !== null && isValueKey.test(key) ? sensitivityOf(said) : sensitivityOf(key)
    const inherited = isValueKey.test(key) ? within : null
    const isEnvironment = said !== null && /^envs?$/i.test(name) && key === 'value'
    const next =
      isEnvironment && typeof item === 'string'
        ? hideSetting(said, item)
        : hide(item, { name: key, within: own ?? inherited, depth: depth + 1 })
    if (next === item) continue
    shown[key] = next
    isChanged = true
  }
  return isChanged ? shown : value
}

/** The name in `{"name": …, "value": …}`. */
function namedBy(object: Readonly<Record<string, unknown>>): string | null {
  const said = object.name ?? object.key ?? object.Name ?? object.Key
  return typeof said === 'string' && ('value' in object || 'Value' in object) ? said : null
}

const isValueKey = /^(?:values?|text|data|plain|inline|content)$/i

const hideSetting = (name: string, value: string): string =>
  isNetworkSetting(name) ? hideSecrets(value) : value === '' ? '' : hidden

/** Annotations with complete objects as they were applied. */
const droppedKeys = new Set(['kubectl.kubernetes.io/last-applied-configuration'])

/** Whether a value is an API Secret object. */
const isSecretObject = (value: object): boolean =>
  'kind' in value && value.kind === 'Secret' && dataKeys.some(key => isFull(Reflect.get(value, key)))

const dataKeys = ['data', 'stringData']
const isFull = (data: unknown): boolean => typeof data === 'object' && data !== null && Object.keys(data).length > 0

/** Keeps a Secret's keys without their values. */
const hiddenData = (value: object): object =>
  isSecretObject(value) ? Object.fromEntries(dataKeys.filter(key => key in value).map(key => [key, {}])) : {}
