import type { Evidence } from '../../../shared/finding.ts'
import type { Sandboxes } from '../../../shared/node/sandboxes.ts'
import type { Reading } from '../../../shared/reading.ts'
import { oneLine } from '../../../shared/text.ts'
import { type Draft, found, nodeCheck, notApplicable, notRun, passed } from '../../engine/check.ts'
import { apiNode } from '../../model/api-node.ts'
import { onNode, onWorkstation, quote } from '../../model/command.ts'
import { harmOn } from '../../model/harm.ts'
import { type LocalNetwork, type SetUsage, splitByOwner } from '../../model/local-networks.ts'
import { nodeNetworks } from '../../model/node-networks.ts'
import { podKey } from '../../model/pods.ts'
import type { SandboxFailure } from '../../model/sandbox-failures.ts'

export default nodeCheck({
  code: 'IPM002',
  severity: 'error',
  title: 'Address range exhausted',
  explains: ['POD001'],
  needs: [],
  wants: ['cniConfig', 'hostLocal', 'runtime', 'sandboxes'],
  wantsCluster: ['nodes', 'pods', 'events'],
  run: ({ node, maybe, maybeCluster, takenAt }) => {
    const harm = harmOn(node, maybeCluster, takenAt)
    const failures = harm.failures.filter(({ cause }) => cause === 'no-address')
    const { networks, unknown } = nodeNetworks({ ...maybe, node: apiNode(maybeCluster.nodes, node) })
    const full = networks.flatMap(exhaustedSets)
    const owners = { sandboxes: maybe.sandboxes, takenAt }
    if (full.length > 0) return found(...full.map(set => byRange({ node, ...set, ...owners, failures })))
    const [first] = failures
    if (first) return found(byEvents(node, first, failures.length))
    if (unknown !== null) return notRun(unknown)
    if (!harm.known) return notRun('pods or events not read, so it is not known whether a pod got no address')
    return networks.length > 0 ? passed : notApplicable('host-local gives no addresses here, and no pod lacks one')
  },
})

const exhaustedSets = (network: LocalNetwork) =>
  network.sets.filter(({ free }) => free === 0n).map(set => ({ network, set }))

interface Case {
  readonly node: string
  readonly network: LocalNetwork
  readonly set: SetUsage
  readonly sandboxes: Reading<Sandboxes>
  readonly takenAt: number
  readonly failures: readonly SandboxFailure[]
}

function byRange({ node, network, set, sandboxes, takenAt, failures }: Case): Draft {
  const { live, ownerless, unknown } = splitByOwner(set.used, sandboxes, takenAt)
  return {
    key: `${network.name}/${set.range}`,
    message: `no address is left in ${set.range} of network ${network.name} on ${node}`,
    evidence: [
      {
        at: `${node}:${network.path}`,
        observed: `${set.used.length} of ${set.capacity} addresses reserved: ${live} by live sandboxes, ${ownerless} by none, ${unknown} unknown`,
        expected: 'free addresses',
      },
      ...failures.slice(0, 1).map(failure => eventEvidence(failure, failures.length)),
    ],
    danger,
    remedies:
      ownerless > 0
        ? [
            {
              title: 'see which reservations belong to no sandbox of the runtime before removing any',
              commands: [onNode('crictl pods -q --no-trunc | sort'), onNode(`head -n 1 ${quote(network.path)}/[0-9]*`)],
              risk: 'none',
            },
          ]
        : [widen(node)],
  }
}

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
