import { isOk } from '../../../shared/reading.ts'
import { clusterCheck, type Draft, foundAmong, notApplicable, notRun } from '../../engine/check.ts'
import { onNode, quote } from '../../model/command.ts'
import { effectiveConfig, flavourOf } from '../../model/effective-config.ts'
import { groupOf } from '../../model/node-group.ts'
import { majorityOf } from '../../model/odd-one-out.ts'
import { sharedConfig } from '../../model/shared-config.ts'

/** The configuration in use on one node, without node-specific fields. */
interface InUse {
  readonly node: string
  readonly path: string
  readonly text: string
  /** Nodes are compared within groups of similar nodes with the same plugin. */
  readonly group: string
}

export default clusterCheck({
  code: 'CNI015',
  severity: 'warning',
  title: 'CNI configuration differs between nodes',
  explains: [],
  wants: ['cniConfig', 'runtime'],
  cluster: ['nodes'],
  run: ({ cluster, nodes }) => {
    if (nodes.size === 0) return notRun('no node was read')
    if (nodes.size === 1) return notApplicable('there is one node')
    const known = new Map(cluster.nodes.map(node => [node.name, node]))
    const unread: string[] = []
    const inUse = [...nodes].flatMap(([node, { cniConfig, runtime }]): readonly InUse[] => {
      const api = known.get(node)
      const effective = isOk(cniConfig)
        ? effectiveConfig({ config: cniConfig.value, runtime, flavour: flavourOf(runtime, api) })
        : cniConfig
      if (!isOk(effective) || !isOk(cniConfig)) {
        unread.push(node)
        return []
      }
      return effective.value.inUse.flatMap(file => {
        const text = sharedConfig(file)
        const type = isOk(file.content) ? (file.content.value.plugins[0]?.type ?? '') : ''
        const path = `${cniConfig.value.directory.path}/${file.name}`
        return text === '' ? [] : [{ node, path, text, group: `${api ? groupOf(api) : node}\n${type}` }]
      })
    })
    const drafts = [...new Set(inUse.map(({ group }) => group))].flatMap(group =>
      compare(inUse.filter(each => each.group === group)),
    )
    return foundAmong(drafts, unread.length > 0 ? [{ nodes: unread, why: 'its CNI configuration was not read' }] : [])
  },
})

/** Nodes that differ from the majority; without one, each node that differs from the first. */
function compare(nodes: readonly InUse[]): readonly Draft[] {
  const usual = majorityOf(nodes.map(({ text }) => text))
  const model = nodes.find(({ text }) => usual === null || text === usual.value)
  if (!model) return []
  return nodes.filter(({ text }) => text !== model.text).map(odd => draft(odd, model, usual?.count ?? 1))
}

function draft(odd: InUse, model: InUse, count: number): Draft {
  const [observed, expected] = differing(odd.text, model.text)
  return {
    subject: { kind: 'Node', name: odd.node },
    confidence: count > 1 ? 'certain' : 'likely',
    message: `the CNI configuration of ${odd.node} differs from that of ${count > 1 ? `${count} nodes like it` : model.node}`,
    evidence: [
      { at: `${odd.node}:${odd.path}`, observed, expected },
      { at: `${model.node}:${model.path}`, observed: expected },
    ],
    danger: 'pods work on one node and not on another, as they get another network, or other plugins, there',
    remedies: [
      {
        title: 'compare the files, and let the CNI’s installer write this one again where the difference is not meant',
        commands: [onNode(`cat ${quote(odd.path)}`)],
        risk: 'none',
      },
    ],
  }
}

/** Both texts from shortly before their first difference. */
function differing(left: string, right: string): readonly [string, string] {
  const at = [...left].findIndex((character, i) => character !== right[i])
  const from = Math.max(0, (at < 0 ? Math.min(left.length, right.length) : at) - 30)
  return [`… ${left.slice(from, from + 120)}`, `… ${right.slice(from, from + 120)}`]
}
