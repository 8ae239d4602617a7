import { contains, overlaps, parseAddress, parseNetwork } from '../../shared/ip.ts'
import type { CniConfigFile } from '../../shared/node/cni-config.ts'
import { isOk } from '../../shared/reading.ts'
import type { Pod } from '../cluster/pods.ts'
import { isRecognised, productsOf, typesOf } from './cni-products.ts'
import type { ComponentId } from './components.ts'

/** Why the configuration that wins should not. */
export type Rivalry =
  /** A daemon of another CNI runs here, and its configuration loses. */
  | { readonly kind: 'daemon'; readonly rightful: CniConfigFile; readonly product: ComponentId }
  /** The other pods' addresses, or the node's own range, belong to a configuration that loses. */
  | { readonly kind: 'addresses'; readonly rightful: CniConfigFile; readonly others: number }
  /** The example that a runtime's package brings: every node gives the same addresses. */
  | { readonly kind: 'packaged' }
  /** Two files for one network. */
  | { readonly kind: 'twice'; readonly rightful: CniConfigFile }

interface Sources {
  readonly winner: CniConfigFile
  /** Valid files that do not win. */
  readonly losers: readonly CniConfigFile[]
  /** CNI products whose daemon runs on this node. */
  readonly daemons: ReadonlySet<ComponentId>
  readonly podNetworks: readonly string[]
  readonly pods: readonly Pod[]
}

/** Null when the winner wins by right. */
export function findRivalry({ winner, losers, daemons, podNetworks, pods }: Sources): Rivalry | null {
  const served = [...productsOf(winner)]
  if (served.includes('multus') || !isRecognised(winner)) return null
  if (daemons.size > 0) {
    if (served.some(product => daemons.has(product))) return sameNetwork(winner, losers)
    for (const rightful of losers) {
      const product = [...productsOf(rightful)].find(product => daemons.has(product))
      if (product) return { kind: 'daemon', rightful, product }
    }
    return null
  }
  return (
    sameNetwork(winner, losers) ?? byAddresses({ winner, losers, podNetworks, pods }) ?? packaged(winner, podNetworks)
  )
}

/** Pods whose address the configuration has given, by its ranges. */
export const podsIn = (file: CniConfigFile, pods: readonly Pod[]): readonly Pod[] => {
  const networks = networksOf(file)
  return pods.filter(({ ips }) =>
    ips.some(ip => {
      const address = parseAddress(ip)
      return address !== null && networks.some(network => contains(network, address))
    }),
  )
}

/** Another file that configures the network of `winner` once more. */
export function sameNetwork(winner: CniConfigFile, losers: readonly CniConfigFile[]): Rivalry | null {
  const rightful = losers.find(file => nameOf(file) !== null && nameOf(file) === nameOf(winner))
  return rightful ? { kind: 'twice', rightful } : null
}

function byAddresses({ winner, losers, podNetworks, pods }: Omit<Sources, 'daemons'>): Rivalry | null {
  const rightful = losers
    .filter(file => isOk(file.content) && !isLoopback(file))
    .find(file => {
      if (isWithin(file, podNetworks) && !isWithin(winner, podNetworks)) return true
      const isSame = networksOf(file).some(network => networksOf(winner).some(other => overlaps(network, other)))
      return !isSame && podsIn(file, pods).length > podsIn(winner, pods).length
    })
  return rightful ? { kind: 'addresses', rightful, others: podsIn(rightful, pods).length } : null
}

function packaged(winner: CniConfigFile, podNetworks: readonly string[]): Rivalry | null {
  const isDefault = networksOf(winner).some(network => defaults.some(other => other && overlaps(network, other)))
  return isDefault && podNetworks.length > 0 && !isWithin(winner, podNetworks) ? { kind: 'packaged' } : null
}

/** Ranges of the example files of CRI-O, Podman and containerd, and of Docker's bridge. */
const defaults = ['10.85.0.0/16', '10.88.0.0/16', '172.17.0.0/16'].map(parseNetwork)

function networksOf({ content }: CniConfigFile) {
  const ranges = isOk(content) ? content.value.plugins.flatMap(({ ipam }) => ipam?.ranges.flat() ?? []) : []
  return ranges.flatMap(({ subnet }) => (subnet === null ? [] : (parseNetwork(subnet) ?? [])))
}

function isWithin(file: CniConfigFile, podNetworks: readonly string[]): boolean {
  const own = podNetworks.flatMap(network => parseNetwork(network) ?? [])
  return networksOf(file).some(network => own.some(other => overlaps(network, other)))
}

const nameOf = ({ content }: CniConfigFile) => (isOk(content) ? content.value.name : null)
const isLoopback = ({ content }: CniConfigFile) =>
  isOk(content) && typesOf(content.value).every(type => type === 'loopback')
