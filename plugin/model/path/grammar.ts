import { parseAddress } from '../../../shared/ip.ts'

/** A parsed end of a connection; the port is a number or a name, null when omitted. */
export type Reference =
  | {
      readonly kind: 'pod' | 'service' | 'node' | 'workload' | 'any'
      readonly namespace: string
      readonly name: string
      readonly port: string | null
    }
  | { readonly kind: 'address' | 'name'; readonly name: string; readonly port: string | null }

const kinds: Readonly<Record<string, 'pod' | 'service' | 'node' | 'workload'>> = {
  pod: 'pod',
  pods: 'pod',
  po: 'pod',
  svc: 'service',
  service: 'service',
  services: 'service',
  node: 'node',
  nodes: 'node',
  no: 'node',
  deploy: 'workload',
  deployment: 'workload',
  deployments: 'workload',
  ds: 'workload',
  daemonset: 'workload',
  daemonsets: 'workload',
  sts: 'workload',
  statefulset: 'workload',
  statefulsets: 'workload',
}

/**
 * `ns/name`, `name`, `pod/ns/name`, `svc/name`, `deploy/…`, `node/name`, an address or a name of DNS, each perhaps with
 * `:port`. Kinds are kubectl's, with their short forms. Null where it is none of these.
 */
export function parseReference(text: string, namespace: string): Reference | null {
  if (text.length > longest) return null
  const { place, port } = splitPort(text)
  if (port !== null && !portName.test(port)) return null
  if (parseAddress(place)) return { kind: 'address', name: place, port }
  const words = place.replace(/(?<=[a-z0-9])\.$/i, '').split('/')
  if (words.some(word => !objectName.test(word))) return null
  const kind = words.length > 1 ? kinds[words[0] ?? ''] : undefined
  if (kind !== undefined) return ofKind(kind, words.slice(1), { namespace, port })
  if (words.length === 1 && place.includes('.')) return named(words[0] ?? '', port)
  return ofKind('any', words, { namespace, port })
}

const longest = 600
const objectName = /^[a-z0-9](?:[-a-z0-9._]*[a-z0-9])?$/i
const portName = /^[a-z0-9](?:[-a-z0-9]{0,13}[a-z0-9])?$/i

/** An IPv6 address can only have a port when it is in brackets. */
function splitPort(text: string): { readonly place: string; readonly port: string | null } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text)
  if (bracketed) return { place: bracketed[1] ?? '', port: bracketed[2] ?? null }
  const colon = text.lastIndexOf(':')
  if (colon < 0 || parseAddress(text)) return { place: text, port: null }
  return { place: text.slice(0, colon), port: text.slice(colon + 1) }
}

interface Around {
  readonly namespace: string
  readonly port: string | null
}

function ofKind(
  kind: Exclude<Reference['kind'], 'address' | 'name'>,
  words: readonly string[],
  { namespace, port }: Around,
): Reference | null {
  const [first = '', second, ...rest] = words
  if (rest.length > 0 || (kind === 'node' && second !== undefined)) return null
  return second === undefined ? { kind, namespace, name: first, port } : { kind, namespace: first, name: second, port }
}

/** `db.shop.svc` and `db.shop.svc.cluster.local` are services, whatever the cluster's domain. */
function named(text: string, port: string | null): Reference {
  const [name = '', namespace = '', svc] = text.toLowerCase().split('.')
  return svc === 'svc' ? { kind: 'service', namespace, name, port } : { kind: 'name', name: text, port }
}
