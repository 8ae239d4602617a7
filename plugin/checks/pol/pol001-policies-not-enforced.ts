import type { Evidence } from '../../../shared/finding.ts'
import type { CniConfig } from '../../../shared/node/cni-config.ts'
import type { Runtime } from '../../../shared/node/runtime.ts'
import { isOk, type Part } from '../../../shared/reading.ts'
import type { NetworkPolicy } from '../../cluster/network-policies.ts'
import type { Pod } from '../../cluster/pods.ts'
import { clusterCheck, type Draft, found, notApplicable, notRun, passed } from '../../engine/check.ts'
import { nameOfProduct, typesOf } from '../../model/cni-products.ts'
import { onWorkstation } from '../../model/command.ts'
import { cniComponentsOf } from '../../model/components.ts'
import { effectiveConfig, flavourOf } from '../../model/effective-config.ts'
import { podKey } from '../../model/pods.ts'
import { policyEngines } from '../../model/policy-engine.ts'

export default clusterCheck({
  code: 'POL001',
  severity: 'warning',
  title: 'Policies not enforced',
  explains: [],
  wants: ['cniConfig', 'runtime'],
  cluster: ['networkPolicies', 'pods', 'nodes'],
  run: ({ cluster: { networkPolicies, pods, nodes: apiNodes }, nodes }) => {
    if (networkPolicies.length === 0) return notApplicable('there are no NetworkPolicies')
    if (policyEngines(pods, apiNodes).length > 0) return passed
    const network = networkByPods(pods) ?? networkByFiles(nodes)
    return network
      ? found(draft(networkPolicies, network))
      : notRun('which network the cluster uses, and whether it enforces policies, is not known')
  },
})

interface PlainNetwork {
  readonly name: string
  readonly evidence: Evidence
}

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
  readonly cniConfig: Part<CniConfig>
  readonly runtime: Part<Runtime>
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

function draft(policies: readonly NetworkPolicy[], { name, evidence }: PlainNetwork): Draft {
  const names = policies.map(podKey).sort()
  const shown = `${names.slice(0, 4).join(', ')}${names.length > 4 ? ` and ${names.length - 4} more` : ''}`
  return {
    subject: { kind: 'Cluster', name: 'cluster' },
    message: `${names.length === 1 ? 'a NetworkPolicy exists' : `${names.length} NetworkPolicies exist`} and nothing enforces them: ${name} does not`,
    evidence: [evidence, { at: 'NetworkPolicies', observed: shown, expected: 'a network that enforces them' }],
    danger: 'every pod reaches every other, whatever the policies forbid: the API accepts them without a word',
    remedies: [
      {
        title:
          'add an engine for policies beside the network (kube-network-policies, or Canal with flannel), on a test cluster first',
        commands: [onWorkstation('kubectl get networkpolicies -A')],
        risk: 'none',
      },
    ],
  }
}
