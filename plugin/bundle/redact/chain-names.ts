import { backendChain, type PortName, portChain } from '../../model/service-rules/chain-names.ts'
import type { BundleEntry } from '../entry.ts'
import { arrayIn, jsonOf, objectIn, textIn } from './json-fields.ts'
import type { Keyed } from './pseudo-random.ts'

/** Replaces the names of kube-proxy's chains, which are hashes of services and endpoints. */
export interface ChainMap {
  /** Registers service ports and their backends. */
  learn(entry: BundleEntry): void
  /** The text with replaced chain names; `rename` maps a service or address to its replacement. */
  rewrite(text: string, rename: (text: string) => string): string
}

/**
 * A chain of a known service gets the name that kube-proxy would give it now; any other gets one derived from the key.
 */
export function createChainMap(keyed: Keyed): ChainMap {
  const ports = new Map<string, PortName>()
  const backends = new Map<string, Set<string>>()
  let renamed: ReadonlyMap<string, string> | null = null
  const addPort = (service: string, port: unknown): void => {
    const name = textIn(port, 'name')
    const protocol = (textIn(port, 'protocol') || 'TCP').toLowerCase()
    const full = name === '' ? service : `${service}:${name}`
    ports.set(`${full} ${protocol}`, { name: full, protocol })
  }
  const addBackends = (
    service: string,
    { ports: offered, addresses }: { ports: unknown[]; addresses: unknown[] },
  ): void => {
    const known = backends.get(service) ?? new Set<string>()
    backends.set(service, known)
    for (const port of offered) {
      addPort(service, port)
      for (const address of addresses)
        if (typeof address === 'string')
          known.add(`${address.includes(':') ? `[${address}]` : address}:${numberIn(port)}`)
    }
  }
  return {
    learn: ({ path, bytes }) => {
      const kind = lists.exec(path)?.[1]
      for (const item of kind === undefined ? [] : arrayIn(jsonOf(bytes), 'items')) {
        const metadata = objectIn(item, 'metadata')
        const namespace = textIn(metadata, 'namespace')
        const slice = textIn(objectIn(metadata, 'labels'), 'kubernetes.io/service-name')
        const service = `${namespace}/${kind === 'endpointslices' ? slice : textIn(metadata, 'name')}`
        for (const port of arrayIn(objectIn(item, 'spec'), 'ports')) addPort(service, port)
        const addresses = arrayIn(item, 'endpoints').flatMap(endpoint => arrayIn(endpoint, 'addresses'))
        addBackends(service, { ports: arrayIn(item, 'ports'), addresses })
        for (const subset of arrayIn(item, 'subsets')) {
          const all = [...arrayIn(subset, 'addresses'), ...arrayIn(subset, 'notReadyAddresses')]
          addBackends(service, { ports: arrayIn(subset, 'ports'), addresses: all.map(each => textIn(each, 'ip')) })
        }
      }
    },
    rewrite: (text, rename) => {
      if (!/KUBE-|(?:service|endpoint)-/.test(text)) return text
      renamed ??= renameAll({ ports: ports.values(), backends }, rename)
      const known = renamed
      return text.replace(chain, (found: string) => known.get(found) ?? pseudoChain(found, keyed))
    },
  }
}

const lists = /^cluster\/resources\/.*\/(?<kind>services|endpointslices|endpoints)\.json$/
const chain =
  /(?<![A-Za-z0-9])(?:KUBE-(?:SVC|SVL|SEP|EXT|FW|XLB)-[A-Z2-7]{16}(?![A-Z0-9])|(?:service|endpoint|external|firewall)-[A-Z2-7]{8}(?=-))/g

function pseudoChain(name: string, keyed: Keyed): string {
  const hash = name.slice(name.lastIndexOf('-') + 1)
  return name.slice(0, -hash.length) + pseudoHash(keyed(`chain/${hash}`), hash.length)
}

const numberIn = (port: unknown): string => {
  const value: unknown = typeof port === 'object' && port !== null && 'port' in port ? port.port : ''
  return String(value)
}

function renameAll(
  { ports, backends }: { ports: Iterable<PortName>; backends: ReadonlyMap<string, ReadonlySet<string>> },
  rename: (text: string) => string,
): ReadonlyMap<string, string> {
  const renamed = new Map<string, string>()
  for (const port of ports) {
    const now = { name: rename(port.name), protocol: port.protocol }
    for (const prefix of ['SVC', 'SVL', 'EXT', 'FW'] as const)
      renamed.set(portChain(prefix, port), portChain(prefix, now))
    const [service = ''] = port.name.split(':')
    for (const backend of backends.get(service) ?? [])
      renamed.set(backendChain(port, backend), backendChain(now, rename(backend)))
  }
  return renamed
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const pseudoHash = (bytes: Uint8Array, length: number): string =>
  Array.from(bytes.subarray(0, length), byte => letters[byte % 32]).join('')
