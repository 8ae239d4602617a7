import type { Evidence } from '../../../shared/finding.ts'
import { isOk } from '../../../shared/reading.ts'
import { oneLine } from '../../../shared/text.ts'
import { type Draft, found, nodeCheck, notApplicable, notRun, passed } from '../../engine/check.ts'
import type { ClusterParts } from '../../engine/snapshot.ts'
import { addressParts, addressUse, countStates, type NetworkUse, type RangeUse } from '../../model/address-use.ts'
import { apiNode } from '../../model/api-node.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { daemonComplaints, unheardAgents } from '../../model/daemon-logs.ts'
import { harmOn } from '../../model/harm.ts'
import type { LogLine } from '../../model/log-lines.ts'
import { podKey } from '../../model/pods.ts'
import type { SandboxFailure } from '../../model/sandbox-failures.ts'

export default nodeCheck({
  code: 'IPM002',
  severity: 'error',
  title: 'Address range exhausted',
  explains: ['POD001', 'CNI007'],
  needs: [],
  wants: addressParts,
  wantsCluster: ['nodes', 'pods', 'events', 'componentLogs'],
  run: ({ node, maybe, maybeCluster, takenAt }) => {
    const harm = harmOn(node, maybeCluster, takenAt)
    const failures = harm.failures.filter(({ cause }) => cause === 'no-address')
    const api = apiNode(maybeCluster.nodes, node)
    const { networks, unknown } = addressUse({ parts: maybe, node: api, pods: maybeCluster.pods, takenAt })
    const full = networks.flatMap(exhaustedRanges)
    if (full.length > 0) return found(...full.map(each => byRange({ node, ...each, failures })))
    const [first] = failures
    if (first) return found(byEvents(node, first, failures.length))
    const said = complaintOf(node, maybeCluster, takenAt)
    if (said) return found(byLog(node, said))
    if (unknown !== null) return notRun(unknown)
    const unheard = unheardAgents(maybeCluster, node)
    if (harm.known && unheard !== null) return notRun(`whether the CNI’s agent gets an address: ${unheard}`)
    if (!harm.known) return notRun('pods or events not read, so it is not known whether a pod got no address')
    return networks.length > 0 ? passed : notApplicable('host-local gives no addresses here, and no pod lacks one')
  },
})

const exhaustedRanges = (network: NetworkUse) =>
  network.ranges.filter(({ free }) => free === 0n).map(use => ({ network, use }))

interface Case {
  readonly node: string
  readonly network: NetworkUse
  readonly use: RangeUse
  readonly failures: readonly SandboxFailure[]
}

function byRange({ node, network, use, failures }: Case): Draft {
  const { live, leaked, unknown } = countStates(use)
  return {
    key: `${network.name}/${use.range}`,
    message: `no address is left in ${use.range} of network ${network.name} on ${node}`,
    evidence: [
      {
        at: `${node}:${network.path}`,
        observed: `${live + leaked + unknown} of ${use.capacity} addresses reserved: ${live} live, ${leaked} leaked, ${unknown} unknown`,
        expected: 'free addresses',
      },
      ...failures.slice(0, 1).map(failure => eventEvidence(failure, failures.length)),
    ],
    danger,
    remedies:
      leaked > 0
        ? [
            {
              title: 'see which addresses are leaked, and why that is certain, before giving any back',
              commands: [onWorkstation(`kubectl netcheck ipam --node ${quote(node)}`)],
              risk: 'none',
            },
          ]
        : [widen(node)],
  }
}

/** The agent itself gets no address for its tunnel. */
function complaintOf(
  node: string,
  { pods, componentLogs }: Pick<ClusterParts, 'pods' | 'componentLogs'>,
  takenAt: number,
): LogLine | null {
  if (!isOk(pods)) return null
  const all = daemonComplaints({ pods: pods.value, componentLogs }, takenAt)
  return all.findLast(each => each.node === node && each.kind === 'no-addresses' && each.isUnwell)?.line ?? null
}

const byLog = (node: string, { source, text }: LogLine): Draft => ({
  message: `the address management of ${node} has no free address, not even for the agent’s own tunnel`,
  evidence: [{ at: source, observed: oneLine(text, 240) }],
  danger,
  remedies: [
    {
      title: 'see which nodes and pods hold the addresses of the pool',
      commands: [onWorkstation('calicoctl ipam show --show-blocks; kubectl get nodes')],
      risk: 'none',
    },
  ],
})

const byEvents = (node: string, failure: SandboxFailure, count: number): Draft => ({
  message: `the address management of ${node} has no free pod address`,
  evidence: [eventEvidence(failure, count)],
  danger,
  remedies: [
    {
      title: 'see how many addresses the node may give and who holds them',
      commands: [onWorkstation(`kubectl get pods -A -o wide --field-selector spec.nodeName=${quote(node)}`)],
      risk: 'none',
    },
    widen(node),
  ],
})

const danger = 'no further pod with a network of its own can start on this node'

const widen = (node: string): Draft['remedies'][number] => ({
  title: 'let fewer pods run there, or give the node a larger range and make the node anew',
  commands: [onWorkstation(`kubectl cordon ${quote(node)}`)],
  risk: 'low',
  rollback: `kubectl uncordon ${quote(node)}`,
})

const eventEvidence = ({ pod, text }: SandboxFailure, count: number): Evidence => ({
  at: `Event of Pod ${podKey(pod)}`,
  observed: `${oneLine(text, 240)}${count > 1 ? ` (and ${count - 1} more pods)` : ''}`,
})
