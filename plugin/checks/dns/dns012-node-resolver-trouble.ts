import type { Evidence, Remedy } from '../../../shared/finding.ts'
import type { Resolver } from '../../../shared/formats/resolv-conf.ts'
import { isMissing, isOk } from '../../../shared/reading.ts'
import { type Draft, found, type NodeInput, nodeCheck, notRun, type Outcome, passed } from '../../engine/check.ts'
import type { ClusterParts } from '../../engine/snapshot.ts'
import { apiNode } from '../../model/api-node.ts'
import { troublesOf } from '../../model/cluster-dns.ts'
import { onNode, quote } from '../../model/command.ts'
import { isBefore, parseVersion } from '../../model/corefile-versions.ts'
import { resolverPath } from '../../model/dns-resolver.ts'
import { livePodsOn, podKey } from '../../model/pods.ts'

export default nodeCheck({
  code: 'DNS012',
  severity: 'warning',
  title: 'Trouble in the resolver file of the node',
  explains: ['DNS001', 'DNS009'],
  needs: ['resolvConf', 'kubelet'],
  wantsCluster: ['nodes', 'kubeletConfigs', 'pods', 'componentLogs'],
  decisive: ['nodes'],
  run: input => {
    const { config, configPath } = input.parts.kubelet
    const file = `${input.node}:${configPath ?? ' files of the kubelet'}`
    const stray = isOk(config) ? (config.value.strayKeys ?? []).map(key => misspelt(input.node, file, key)) : []
    const outcome = judgeFile(input)
    return stray.length > 0 ? found(...stray, ...(outcome.kind === 'found' ? outcome.drafts : [])) : outcome
  },
})

type Input = NodeInput<'resolvConf' | 'kubelet', never, never, 'nodes' | 'kubeletConfigs' | 'pods' | 'componentLogs'>

function judgeFile({ node, parts, maybeCluster: { nodes, kubeletConfigs, pods, componentLogs } }: Input): Outcome {
  const configs = isOk(kubeletConfigs) ? kubeletConfigs.value : []
  const configz = configs.find(each => each.node === node)?.config ?? null
  const path = resolverPath({ kubelet: { status: 'ok', value: parts.kubelet }, configz })
  if (path === null) return notRun('which resolver file the kubelet gives to pods is not known')
  const file = parts.resolvConf.files.find(each => each.path === path)
  if (!file) return notRun(`${path} was not read`)
  const at = `${node}:${path}${file.target && file.target !== path ? ` → ${file.target}` : ''}`
  if (!isOk(file.content)) return isMissing(file.content) ? found(missing(node, at)) : notRun(file.content.detail)
  const version = parseVersion(apiNode(nodes, node)?.kubeletVersion ?? '')
  const faults = faultsOf(file.content.value, version !== null && isBefore(version, '1.26.0'))
  const [first] = faults
  if (!first) return passed
  const complaint = nameserverComplaint(node, { pods, componentLogs })
  return found({
    severity: complaint && file.content.value.nameservers.length === 0 ? 'error' : 'warning',
    message: `${node}: ${first.observed} in the resolver file that the kubelet gives to pods`,
    evidence: [...faults.map(fault => ({ at, ...fault })), ...(complaint ? [complaint] : [])],
    danger: first.danger,
    remedies: [mend],
  })
}

/** Log line of a CoreDNS pod that cannot start here because the file is empty. */
function nameserverComplaint(
  node: string,
  { pods, componentLogs }: Pick<ClusterParts, 'pods' | 'componentLogs'>,
): Evidence | null {
  const logs = isOk(componentLogs) ? componentLogs.value : []
  const unready = (isOk(pods) ? livePodsOn(pods.value, node) : []).filter(({ ready }) => !ready)
  const lines = unready.flatMap(pod =>
    troublesOf(pod, logs).flatMap(({ trouble, text }) =>
      trouble.kind === 'no-upstream' ? [{ at: `Pod ${podKey(pod)}, log`, observed: text }] : [],
    ),
  )
  return lines.at(-1) ?? null
}

interface Fault {
  readonly observed: string
  readonly expected: string
  readonly danger: string
}

/** The kubelet adds three cluster domains. Source: MaxDNSSearchPaths of k8s.io/kubernetes/pkg/apis/core/validation. */
function faultsOf({ nameservers, search }: Resolver, isOld: boolean): readonly Fault[] {
  const [most, characters] = isOld ? [6, 256] : [32, 2048]
  const length = search.join(' ').length
  return [
    ...(nameservers.length === 0
      ? [
          {
            observed: 'no nameserver',
            expected: 'one to three',
            danger: 'CoreDNS has nobody to forward to, and may not start',
          },
        ]
      : []),
    ...(nameservers.length > 3
      ? [
          {
            observed: `${nameservers.length} nameservers (${nameservers.join(', ')})`,
            expected: 'three at most',
            danger: 'all but the first three are left out of what pods get',
          },
        ]
      : []),
    ...(search.length + 3 > most || length > characters
      ? [
          {
            observed: `${search.length} search domains of ${length} characters`,
            expected: `${most - 3} domains, ${characters} characters at most: three of the cluster are added`,
            danger:
              'search domains are left out of what pods get, and each lookup of a short name asks for all of them',
          },
        ]
      : []),
  ]
}

/** Instead the kubelet uses its default, or what kubeadm wrote elsewhere. */
function misspelt(node: string, at: string, key: string): Draft {
  const meant = /reso|resl/i.test(key) ? 'resolvConf' : /doma?i/i.test(key) ? 'clusterDomain' : 'clusterDNS'
  return {
    key,
    message: `${node}: the kubelet’s configuration has a key ${key}, which no kubelet knows; ${meant} may be meant`,
    evidence: [{ at, observed: `${key}: …`, expected: `${meant}: …` }],
    danger: 'the kubelet reads past it and keeps its default: pods get other servers or domains than were written down',
    remedies: [
      {
        title: 'write the key as KubeletConfiguration has it, and restart the kubelet',
        commands: [
          onNode(`grep -n ${quote(key)} ${quote(at.slice(node.length + 1).trim())}`),
          onNode('systemctl restart kubelet   # after the change; pods keep the file of their creation'),
        ],
        risk: 'low',
        rollback: 'put the file back and restart the kubelet',
      },
    ],
  }
}

function missing(node: string, at: string): Draft {
  return {
    message: `${node}: the resolver file that the kubelet is told to give to pods does not exist`,
    evidence: [{ at, observed: 'does not exist', expected: 'a file with nameservers' }],
    danger: 'pods that take the node’s resolver, CoreDNS among them, cannot be made on this node',
    remedies: [mend],
  }
}

const mend: Remedy = {
  title: 'name a file with one to three servers in resolvConf, and restart the kubelet',
  commands: [
    onNode('grep resolvConf /var/lib/kubelet/config.yaml; ls -lL /etc/resolv.conf /run/systemd/resolve/resolv.conf'),
    onNode('systemctl restart kubelet   # after the change; pods keep the file of their creation'),
  ],
  risk: 'low',
  rollback: 'put the setting back and restart the kubelet',
}
