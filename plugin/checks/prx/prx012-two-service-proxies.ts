import { isOk, type Reading } from '../../../shared/reading.ts'
import type { ConfigMap } from '../../cluster/config-maps.ts'
import { clusterCheck, type Draft, foundAmong, notApplicable } from '../../engine/check.ts'
import { onNode } from '../../model/command.ts'
import type { ServiceProxy } from '../../model/service-proxy.ts'
import { modeOf } from '../../model/service-rules/node-rules.ts'
import type { ProxyMode } from '../../model/service-rules/observed-rules.ts'
import { type RuleTrace, ruleTraces } from '../../model/service-rules/rule-writers.ts'
import { proxyOf, type SurveyInput } from '../../model/service-rules/survey.ts'

export default clusterCheck({
  code: 'PRX012',
  severity: 'warning',
  title: 'Two service proxies at once',
  explains: ['PRX006'],
  cluster: ['services', 'endpointSlices', 'pods', 'daemonSets', 'nodes'],
  wants: ['iptables', 'nft', 'ipvs', 'kubeProxy', 'processes'],
  wantsCluster: ['configMaps'],
  decisive: ['ipvs', 'configMaps'],
  run: input => {
    const names = [...input.nodes.keys()]
    if (names.length === 0) return notApplicable('no node was read')
    const rivals = names.flatMap(node => rivalsOn(node, input) ?? [])
    const unread = [...input.nodes].flatMap(([node, { iptables, nft }]) => (isOk(iptables) || isOk(nft) ? [] : [node]))
    const undecided = unread.length > 0 ? [{ nodes: unread, why: 'rules of the packet filter were not read' }] : []
    return foundAmong([...grouped(rivals).values()].map(draft), undecided)
  },
})

/** The intended service rules of a node, and the others it has. */
interface Rivals {
  readonly node: string
  readonly owner: string
  readonly others: readonly RuleTrace[]
  /** Rules in the active mode. */
  readonly own: RuleTrace | undefined
}

type Input = SurveyInput & { readonly maybeCluster: { readonly configMaps: Reading<readonly ConfigMap[]> } }

function rivalsOn(node: string, input: Input): Rivals | null {
  const parts = input.nodes.get(node)
  const proxy = proxyOf(input, node)
  if (!parts || proxy.kind === 'unknown') return null
  const traces = ruleTraces(parts, input.cluster.services)
  const mode = replacedBy(proxy, input) === null ? modeOf(parts) : null
  const others = traces.filter(trace => (mode === null ? isForeign(trace.mode, proxy) : trace.mode !== mode))
  const owner = replacedBy(proxy, input) ?? `kube-proxy in mode ${mode}`
  return others.length > 0 ? { node, owner, others, own: traces.find(trace => trace.mode === mode) } : null
}

/** The program that replaces kube-proxy, even if kube-proxy still runs beside it. */
function replacedBy(proxy: ServiceProxy, { maybeCluster: { configMaps } }: Input): string | null {
  if (proxy.kind === 'replaced') return proxy.by
  const entry = isOk(configMaps) ? configMaps.value.find(({ name }) => name === 'cilium-config') : undefined
  const wish = entry && isOk(entry.data) ? entry.data.value['kube-proxy-replacement'] : undefined
  return wish === 'true' || wish === 'strict' ? 'Cilium' : null
}

/** kube-router uses IPVS itself. */
const isForeign = (mode: ProxyMode, proxy: ServiceProxy): boolean =>
  !(proxy.kind === 'replaced' && proxy.usesNetfilter && mode === 'ipvs')

function grouped(rivals: readonly Rivals[]): ReadonlyMap<string, readonly Rivals[]> {
  const groups = new Map<string, Rivals[]>()
  for (const rival of rivals) {
    const key = [rival.owner, ...rival.others.map(({ mode }) => mode)].join()
    groups.set(key, [...(groups.get(key) ?? []), rival])
  }
  return groups
}

const shown = 3

function draft(same: readonly Rivals[]): Draft {
  const [first] = same
  const modes = first?.others.map(({ mode }) => mode) ?? []
  const nodes = same.map(({ node }) => node)
  const where = nodes.length === 1 ? nodes.join() : `${nodes.length} nodes`
  return {
    subject: nodes.length === 1 ? { kind: 'Node', name: nodes.join() } : { kind: 'Cluster', name: 'cluster' },
    key: modes.join('-'),
    message: `rules of services in ${modes.join(' and ')} stand beside ${first?.owner} on ${where}`,
    evidence: same.slice(0, shown).flatMap(({ node, others, own }) =>
      [...others, ...(own ? [own] : [])].map(({ place, count, mode }) => ({
        at: `${node}: ${place}`,
        observed: `${count} addresses of services`,
        ...(mode === own?.mode ? {} : { expected: `none: ${first?.owner} serves them` }),
      })),
    ),
    danger: 'nobody keeps these rules up to date: they catch connections first and lead them to pods that are gone',
    remedies: [
      {
        title: 'remove what the other proxy left, after the one in use is known to work',
        commands: [onNode(modes.map(mode => cleanup[mode]).join('; '))],
        risk: 'disruptive',
        rollback: 'start the other proxy again: it writes all of its rules when it starts',
      },
    ],
  }
}

const cleanup: Readonly<Record<ProxyMode, string>> = {
  iptables: 'iptables-save | grep -v KUBE | iptables-restore; kube-proxy --cleanup   # or drain the node and reboot it',
  nftables: 'nft delete table ip kube-proxy; nft delete table ip6 kube-proxy',
  ipvs: 'ipvsadm --save -n; ipvsadm --clear; ip link delete kube-ipvs0',
}
