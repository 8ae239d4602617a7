import type { CniConfig } from '../../shared/node/cni-config.ts'
import type { HostLocal } from '../../shared/node/host-local.ts'
import type { Runtime } from '../../shared/node/runtime.ts'
import { isMissing, isOk, type Reading } from '../../shared/reading.ts'
import type { ApiNode } from '../cluster/nodes.ts'
import { effectiveConfig, flavourOf } from './effective-config.ts'
import { type LocalNetwork, localNetworks, type ServedNetwork, servedNetworks } from './local-networks.ts'

interface Sources {
  readonly cniConfig: Reading<CniConfig>
  readonly hostLocal: Reading<HostLocal>
  readonly runtime: Reading<Runtime>
  readonly node: ApiNode | undefined
}

/** What is known of the networks that host-local serves on a node. */
export interface NodeNetworks {
  /** Empty where another IPAM gives the addresses, or where nothing is known. */
  readonly networks: readonly LocalNetwork[]
  /** Why some network could not be judged; null when all could. */
  readonly unknown: string | null
}

export function nodeNetworks({ hostLocal, ...sources }: Sources): NodeNetworks {
  const { served, unknown, ...rest } = servedOn(sources)
  if (served.length === 0 || unknown !== null) return { networks: [], unknown }
  if (!isOk(hostLocal)) return { networks: [], unknown: hostLocal.detail }
  const networks = localNetworks({ ...rest, hostLocal: hostLocal.value })
  return { networks, unknown: whyLeftOut(served.find(({ path }) => !networks.some(network => network.path === path))) }
}

/** The networks in use on a node whose addresses host-local gives, and what they were made of. */
export function servedOn({ cniConfig, runtime, node }: Omit<Sources, 'hostLocal'>) {
  const podNetworks = node?.podCIDRs ?? []
  const none = { configs: [], podNetworks, isKubenet: false, served: [] }
  if (!isOk(cniConfig)) return { ...none, unknown: cniConfig.detail }
  const flavour = flavourOf(runtime, node)
  const effective = effectiveConfig({ config: cniConfig.value, runtime, flavour })
  if (!isOk(effective)) return { ...none, unknown: effective.detail }
  const { files } = cniConfig.value
  const isEmpty = isMissing(files) || (isOk(files) && files.value.length === 0)
  const sources = { configs: effective.value.inUse, podNetworks, isKubenet: isEmpty && flavour === 'docker' }
  return { ...sources, served: servedNetworks(sources), unknown: null }
}

/** Why a network that host-local serves is not among those that are known; null where there is none. */
export function whyLeftOut(network: ServedNetwork | undefined): string | null {
  if (!network) return null
  return network.sets ? `${network.path} could not be read` : `the ranges of network ${network.name} are not known`
}
