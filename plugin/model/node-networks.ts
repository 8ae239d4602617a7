import type { CniConfig } from '../../shared/node/cni-config.ts'
import type { Runtime } from '../../shared/node/runtime.ts'
import { isMissing, isOk, type Reading } from '../../shared/reading.ts'
import type { ApiNode } from '../cluster/nodes.ts'
import { effectiveConfig, flavourOf } from './effective-config.ts'
import { type ServedNetwork, servedNetworks } from './local-networks.ts'

/** Networks that host-local serves on a node. */
interface ServedNetworks {
  /** Empty when another IPAM allocates addresses, or when unknown. */
  readonly served: readonly ServedNetwork[]
  /** Why it is unknown; null when it is known. */
  readonly unknown: string | null
}

interface Sources {
  readonly cniConfig: Reading<CniConfig>
  readonly runtime: Reading<Runtime>
  readonly node: ApiNode | undefined
}

/** The networks in use on a node whose addresses host-local allocates. */
export function servedOn({ cniConfig, runtime, node }: Sources): ServedNetworks {
  const podNetworks = node?.podCIDRs ?? []
  if (!isOk(cniConfig)) return { served: [], unknown: cniConfig.detail }
  const flavour = flavourOf(runtime, node)
  const effective = effectiveConfig({ config: cniConfig.value, runtime, flavour })
  if (!isOk(effective)) return { served: [], unknown: effective.detail }
  const { files } = cniConfig.value
  const isEmpty = isMissing(files) || (isOk(files) && files.value.length === 0)
  const sources = { configs: effective.value.inUse, podNetworks, isKubenet: isEmpty && flavour === 'docker' }
  return { served: servedNetworks(sources), unknown: null }
}

/** Why a network served by host-local was left out; null when it was not. */
export function whyLeftOut(network: ServedNetwork | undefined): string | null {
  if (!network) return null
  return network.sets ? `${network.path} could not be read` : `the ranges of network ${network.name} are not known`
}
