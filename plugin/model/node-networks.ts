import type { CniConfig } from '../../shared/node/cni-config.ts'
import type { HostLocal } from '../../shared/node/host-local.ts'
import type { Runtime } from '../../shared/node/runtime.ts'
import { isMissing, isOk, ok, type Reading } from '../../shared/reading.ts'
import type { ApiNode } from '../cluster/nodes.ts'
import { effectiveConfig, flavourOf } from './effective-config.ts'
import { type LocalNetwork, localNetworks } from './local-networks.ts'

interface Sources {
  readonly cniConfig: Reading<CniConfig>
  readonly hostLocal: Reading<HostLocal>
  readonly runtime: Reading<Runtime>
  readonly node: ApiNode | undefined
}

/** The host-local networks in use on a node with their reservations; none where another IPAM gives the addresses. */
export function nodeNetworks({ cniConfig, hostLocal, runtime, node }: Sources): Reading<readonly LocalNetwork[]> {
  if (!isOk(cniConfig)) return cniConfig
  if (!isOk(hostLocal)) return hostLocal
  const flavour = flavourOf(runtime, node)
  const effective = effectiveConfig({ config: cniConfig.value, runtime, flavour })
  if (!isOk(effective)) return effective
  const { files } = cniConfig.value
  const isEmpty = isMissing(files) || (isOk(files) && files.value.length === 0)
  return ok(
    localNetworks({
      configs: effective.value.inUse,
      hostLocal: hostLocal.value,
      podNetworks: node?.podCIDRs ?? [],
      isKubenet: isEmpty && flavour === 'docker',
    }),
  )
}
