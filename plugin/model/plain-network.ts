import type { Evidence } from '../../shared/finding.ts'
import type { CniConfig } from '../../shared/node/cni-config.ts'
import type { Runtime } from '../../shared/node/runtime.ts'
import { isOk, type Reading } from '../../shared/reading.ts'
import type { Pod } from '../cluster/pods.ts'
import { nameOfProduct, typesOf } from './cni-products.ts'
import { cniComponentsOf } from './components.ts'
import { effectiveConfig, flavourOf } from './effective-config.ts'
import { podKey } from './pods.ts'

/** A pod network without policy enforcement, with evidence that it is in use. */
export interface PlainNetwork {
  readonly name: string
  readonly evidence: Evidence
}

/** Found by its pods, otherwise by configuration files on nodes; null when neither shows it. */
export const plainNetwork = (pods: readonly Pod[], nodes: ReadonlyMap<string, NodeFiles>): PlainNetwork | null =>
  networkByPods(pods) ?? networkByFiles(nodes)

/** Products that give pods a network and leave policies to others. */
const plainProducts = ['flannel', 'aws', 'azure', 'kindnet', 'kube-router', 'weave'] as const

function networkByPods(pods: readonly Pod[]): PlainNetwork | null {
  for (const pod of pods) {
    const id = plainProducts.find(product => cniComponentsOf(pod).includes(product))
    if (id)
      return {
        name: nameOfProduct(id),
        evidence: {
          at: `Pod ${podKey(pod)}`,
          observed: `runs ${pod.specs.map(({ image }) => image).join(', ')}`,
          expected: 'a program that enforces policies, in this pod or another',
        },
      }
  }
  return null
}

/** Plugins that connect pods and do nothing else. */
const plainTypes = new Set(['bridge', 'ptp', 'macvlan', 'ipvlan', 'host-device', 'flannel', 'kubenet'])

interface NodeFiles {
  readonly cniConfig: Reading<CniConfig>
  readonly runtime: Reading<Runtime>
}

function networkByFiles(nodes: ReadonlyMap<string, NodeFiles>): PlainNetwork | null {
  for (const [node, { cniConfig, runtime }] of nodes) {
    if (!isOk(cniConfig)) continue
    const config = effectiveConfig({ config: cniConfig.value, runtime, flavour: flavourOf(runtime, undefined) })
    const [file] = isOk(config) ? config.value.inUse : []
    if (!file || !isOk(file.content)) continue
    const types = typesOf(file.content.value)
    const [main] = types
    if (main && plainTypes.has(main))
      return {
        name: `the plugin ${main}`,
        evidence: {
          at: `${node}:${cniConfig.value.directory.path}/${file.name}`,
          observed: `plugins ${types.join(', ')}; no pod of the cluster runs a program that enforces policies`,
        },
      }
  }
  return null
}
