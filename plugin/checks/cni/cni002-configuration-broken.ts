import type { CniConfig, CniConfigFile } from '../../../shared/node/cni-config.ts'
import { isMissing, isOk } from '../../../shared/reading.ts'
import { type Draft, found, nodeCheck, notApplicable, notRun } from '../../engine/check.ts'
import { apiNode } from '../../model/api-node.ts'
import { onNode, quote } from '../../model/command.ts'
import { effectiveConfig, flavourOf, networkReady } from '../../model/effective-config.ts'
import { harmEvidence, harmOn } from '../../model/harm.ts'

export default nodeCheck({
  code: 'CNI002',
  severity: 'error',
  title: 'CNI configuration cannot be loaded',
  explains: ['NOD001', 'POD001', 'NOD006', 'IPM008'],
  needs: ['cniConfig'],
  wants: ['runtime'],
  wantsCluster: ['nodes', 'pods', 'events'],
  run: ({ node, parts: { cniConfig }, maybe, maybeCluster, takenAt }) => {
    if (isMissing(cniConfig.files)) return notApplicable('there is no configuration')
    const flavour = flavourOf(maybe.runtime, apiNode(maybeCluster.nodes, node))
    const effective = effectiveConfig({ config: cniConfig, runtime: maybe.runtime, flavour })
    if (!isOk(effective)) return notRun(effective.detail)
    const { stoppedBy, idleBroken } = effective.value
    const idle = idleBroken.map(file => ({ ...draft(node, cniConfig, file), ...passedOver(node, cniConfig, file) }))
    if (!stoppedBy) return found(...idle)
    const harm = harmEvidence(harmOn(node, maybeCluster, takenAt))
    const worksOn = networkReady(maybe.runtime) === true
    const winner = draft(node, cniConfig, stoppedBy)
    const evidence = [...winner.evidence, ...runtimeWords(node, maybe.runtime), ...harm]
    return found(worksOn && harm.length === 0 ? { ...winner, ...inMemory, evidence } : { ...winner, evidence }, ...idle)
  },
})

function draft(node: string, { directory }: CniConfig, file: CniConfigFile): Draft {
  const path = `${directory.path}/${file.name}`
  const problem = isOk(file.content) ? file.content.value.problem : null
  const place = problem?.line ? ` at line ${problem.line}, column ${problem.column ?? 1}` : ''
  return {
    key: file.name,
    message: `the runtime of ${node} cannot load ${path}: ${problem?.message ?? 'it is broken'}${place}`,
    evidence: [
      {
        at: `${node}:${path}${problem?.line ? `:${problem.line}:${problem.column ?? 1}` : ''}`,
        observed: `${problem?.message ?? 'broken'}${file.size === null ? '' : ` (${file.size} bytes)`}`,
        expected: 'a valid CNI configuration; a list of plugins only in a file that ends in .conflist',
      },
    ],
    danger: 'the node has no network configuration, and no pod with a network of its own can start on it',
    remedies: [
      {
        title: 'compare it with a healthy node’s file, keep a copy and correct it',
        commands: [onNode(`cp -p ${quote(path)} /root/${quote(file.name)}.bak`), onNode(`cat ${quote(path)}`)],
        risk: 'low',
        rollback: `cp -p /root/${quote(file.name)}.bak ${quote(path)}`,
      },
    ],
  }
}

const inMemory = {
  severity: 'warning',
  danger: 'the runtime works on from memory; its next restart leaves the node without a network',
} as const

const passedOver = (node: string, { directory }: CniConfig, file: CniConfigFile) =>
  ({
    severity: 'warning',
    message: `${directory.path}/${file.name} of ${node} is broken; another configuration is in use`,
    danger: 'it breaks the node when the files before it are removed or when the runtime is replaced',
  }) as const

function runtimeWords(node: string, runtime: Parameters<typeof networkReady>[0]) {
  const status = isOk(runtime) ? runtime.value.cni?.loadStatus : null
  return status && status !== 'OK' ? [{ at: `${node}: CRI status`, observed: status }] : []
}
