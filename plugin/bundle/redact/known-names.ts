import type { BundleEntry } from '../entry.ts'
import { jsonOf, objectIn, textIn } from './json-fields.ts'
import type { NameMap } from './name-map.ts'

type Names = Pick<NameMap, 'addName' | 'addMachine' | 'addMeaning'>

/** Registers the names in an entry, and the words that have a meaning in it. */
export function learnNames({ path, bytes }: BundleEntry, names: Names): void {
  learnPath(path, names)
  const isJson = bytes[0] === 0x7b || bytes[0] === 0x5b
  const value = isJson && /^(?:cluster\/|nodes\/[^/]+\/cri\/)/.test(path) ? jsonOf(bytes) : null
  if (value !== null)
    learnValue(value, { names, key: '', above: '', isFree: false, isKept: foreign.test(path), depth: 0 })
  if (isJson && !/\.json$/.test(path)) learnFields(decode(bytes), names)
  if (!isJson) learnText(path, decode(bytes), names)
}

/** For system roles and accounts only field names are learned: their names are the same everywhere. */
const foreign = /\/(?:rbac\.authorization\.k8s\.io|apiregistration\.k8s\.io)\/|\/serviceaccounts\.json$/

const decode = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes)

function learnPath(path: string, { addName, addMachine }: Names): void {
  const steps = path.split('/')
  if (steps[0] === 'nodes' && steps[1] !== undefined) addMachine(steps[1])
  if (path.startsWith('cluster/configz/')) addName((steps[2] ?? '').replace(/\.json$/, ''))
  if (path.startsWith('cluster/logs/'))
    for (const step of steps.slice(2)) addName(step.replace(/(?:\.previous)?\.log$/, ''))
}

interface Place {
  readonly names: Names
  readonly key: string
  /** The key above it, ignoring lists. */
  readonly above: string
  readonly isKept: boolean
  /** Whether it is inside a map with user-chosen keys. */
  readonly isFree: boolean
  readonly depth: number
}

const deepest = 100

function learnValue(value: unknown, place: Place): void {
  const { names, key, isFree, isKept, depth } = place
  if (typeof value === 'string' && !isKept) learnWord(value, place)
  if (typeof value !== 'object' || value === null || depth > deepest) return
  if (Array.isArray(value)) {
    for (const item of value) learnValue(item, { ...place, depth: depth + 1 })
    return
  }
  if (key === 'items' && textIn(value, 'kind') === 'Node') names.addMachine(textIn(objectIn(value, 'metadata'), 'name'))
  for (const [name, item] of Object.entries(value)) {
    if (!isFree && isField.test(name)) names.addMeaning(name)
    if (isFree && !isKept) learnLabelKey(name, names)
    learnValue(item, { ...place, key: name, above: key, isFree: freeMaps.has(name), depth: depth + 1 })
  }
}

function learnWord(value: string, { names, key, above, isFree }: Place): void {
  if (key === 'nodeName') names.addMachine(value)
  else if (isFree ? isLabel.test(value) : nameKeys.has(key) || (key === 'name' && named.has(above)))
    names.addName(value)
}

/** Fields of API objects and runtime replies that hold a user-chosen name. */
const named = new Set([
  ...[
    'metadata',
    'ownerReferences',
    'involvedObject',
    'regarding',
    'related',
    'targetRef',
    'containers',
    'initContainers',
  ],
  ...['containerStatuses', 'initContainerStatuses', 'configMap', 'service'],
])
const nameKeys = new Set([
  'namespace',
  'nodeName',
  'hostname',
  'subdomain',
  'serviceName',
  'generateName',
  'externalName',
])
const freeMaps = new Set(['labels', 'matchLabels', 'selector', 'nodeSelector'])
const isField = /^[a-z]{3,}$/
const isLabel = /^(?=.*[a-z]{3})[a-z0-9.-]{3,253}$/

/** `team.example.com/role`: learns the domain. */
function learnLabelKey(key: string, { addName }: Names): void {
  const [domain = '', name] = key.split('/')
  if (name !== undefined && !/(?:^|\.)(?:k8s|kubernetes|x-k8s)\.io$/.test(domain)) addName(domain)
}

/** Registers the keys of YAML and JSON that programs read. */
function learnFields(text: string, { addMeaning }: Names): void {
  for (const [, field = ''] of text.matchAll(/^[ \t-]{0,64}"?(?<field>[a-z]{3,32})"?:/gm)) addMeaning(field)
}

function learnText(path: string, text: string, names: Names): void {
  if (/\.ya?ml$|\/[\w-]*kubeconfig$|\.conf$/.test(path)) learnFields(text, names)
  if (/\/resolv\.conf$/.test(path)) {
    for (const [, domains = ''] of text.matchAll(/^(?:search|domain)[ \t]+(?<domains>[^\n#]{1,2048})/gm))
      for (const domain of domains.trim().split(/\s+/)) names.addName(domain)
  }
  if (/\/etc\/hostname$|\/calico\/nodename$/.test(path)) names.addName(text.trim())
  for (const [, host = ''] of text.matchAll(/^[ \t-]{0,64}server: https?:\/\/(?<host>[a-z0-9.-]{1,253})/gm))
    names.addName(host)
}
