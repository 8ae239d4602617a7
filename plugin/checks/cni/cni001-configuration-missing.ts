import type { Evidence } from '../../../shared/finding.ts'
import type { CniConfig } from '../../../shared/node/cni-config.ts'
import type { Runtime } from '../../../shared/node/runtime.ts'
import { isMissing, isOk, type Reading } from '../../../shared/reading.ts'
import { type Draft, found, nodeCheck, notApplicable, notRun, passed } from '../../engine/check.ts'
import { apiNode, conditionOf } from '../../model/api-node.ts'
import { isKubenet } from '../../model/cni-presence.ts'
import { onNode, onWorkstation, quote } from '../../model/command.ts'
import { flavourOf, networkReady } from '../../model/effective-config.ts'
import { harmEvidence, harmOn, isHarmed } from '../../model/harm.ts'

export default nodeCheck({
  code: 'CNI001',
  severity: 'error',
  title: 'No CNI configuration',
  explains: ['NOD001', 'POD001', 'DNS002', 'NOD006', 'IPM008'],
  needs: ['cniConfig'],
  wants: ['runtime', 'kubelet'],
  wantsCluster: ['nodes', 'pods', 'events'],
  run: ({ node, parts: { cniConfig }, maybe, maybeCluster, takenAt }) => {
    const { files } = cniConfig
    if (!isOk(files) && !isMissing(files)) return notRun(files.detail)
    if (isOk(files) && files.value.length > 0) return passed
    if (isKubenet(maybe.kubelet)) return notApplicable('kubenet keeps its configuration in memory')
    const known = apiNode(maybeCluster.nodes, node)
    const ready = networkReady(maybe.runtime)
    if (ready && flavourOf(maybe.runtime, known) === 'docker')
      return notApplicable('the runtime has a network without a file, as with kubenet')
    const facts = [directoryEvidence(node, cniConfig), ...runtimeEvidence(node, maybe.runtime)]
    if (ready) return found(fromMemory(node, cniConfig, facts))
    const harm = harmOn(node, maybeCluster, takenAt)
    const condition = known && conditionOf(known, 'Ready')
    const isNotReady = condition?.status === 'False' && /network/i.test(condition.message)
    if (ready === null && !isHarmed(harm) && !isNotReady)
      return notRun('the directory is empty, and neither the runtime nor the API told whether the node has a network')
    return found(broken(node, cniConfig, [...facts, ...harmEvidence(harm)]))
  },
})

function broken(node: string, { directory, files }: CniConfig, evidence: readonly Evidence[]): Draft {
  const state = isOk(files) ? 'holds no CNI configuration' : 'does not exist'
  return {
    message: `${directory.path} of ${node}, from which its runtime loads networks, ${state}`,
    evidence,
    danger: 'the node is NotReady, and no pod with a network of its own can start on it',
    remedies: [
      {
        title: 'start the CNI installer of this node again, it writes the file',
        commands: [
          onWorkstation(`kubectl get pods -A -o wide --field-selector spec.nodeName=${quote(node)}`),
          onWorkstation('kubectl -n <namespace of the CNI> delete pod <its pod on this node>'),
        ],
        risk: 'low',
      },
      {
        title: 'where no CNI writes it: copy the file from a healthy node and adapt its addresses',
        commands: [onNode(`ls -l ${quote(directory.path)}`)],
        risk: 'low',
        rollback: 'remove the copied file',
      },
    ],
  }
}

const fromMemory = (node: string, { directory }: CniConfig, evidence: readonly Evidence[]): Draft => ({
  severity: 'warning',
  message: `${directory.path} of ${node} holds no CNI configuration, its runtime works on from memory`,
  evidence,
  danger: 'the next restart of the runtime leaves the node without a network',
  remedies: [
    {
      title: 'put the configuration back before the runtime restarts',
      commands: [onNode(`ls -l ${quote(directory.path)}`)],
      risk: 'none',
    },
  ],
})

function directoryEvidence(node: string, { directory, files, ignored, elsewhere }: CniConfig): Evidence {
  const names = ignored.length > 0 ? `, only ${ignored.slice(0, 5).join(', ')}` : ''
  const found = elsewhere
    .filter(({ files }) => files.length > 0)
    .map(({ path, files }) => `${path}: ${files.join(', ')}`)
  return {
    at: `${node}:${directory.path}`,
    observed: `${isOk(files) ? `no .conf, .conflist or .json${names}` : 'missing'}${found.length > 0 ? `; ${found.join('; ')}` : ''}`,
    expected: 'the configuration of the cluster’s CNI',
  }
}

function runtimeEvidence(node: string, runtime: Reading<Runtime>): readonly Evidence[] {
  if (!isOk(runtime)) return []
  const condition = runtime.value.conditions.find(({ type }) => type === 'NetworkReady')
  const text = runtime.value.cni?.loadStatus ?? condition?.message
  return text ? [{ at: `${node}: CRI status`, observed: text }] : []
}
