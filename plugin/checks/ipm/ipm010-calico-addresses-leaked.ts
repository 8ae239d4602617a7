import type { Evidence } from '../../../shared/finding.ts'
import { isMissing, isOk } from '../../../shared/reading.ts'
import { oneLine } from '../../../shared/text.ts'
import { clusterCheck, type Draft, foundAmong, notApplicable, notRun } from '../../engine/check.ts'
import { tellAge } from '../../model/ages.ts'
import { type CalicoLeak, calicoLeaks } from '../../model/calico-leaks.ts'
import { type OrphanedBlock, orphanedBlocks, type Starved, starvedNodes } from '../../model/calico-orphans.ts'
import { onWorkstation } from '../../model/command.ts'
import { unheardAgents } from '../../model/daemon-logs.ts'
import { harmOn } from '../../model/harm.ts'
import { podKey } from '../../model/pods.ts'
import type { SandboxFailure } from '../../model/sandbox-failures.ts'

export default clusterCheck({
  code: 'IPM010',
  severity: 'warning',
  title: 'Calico addresses leaked',
  explains: ['IPM002', 'POD001'],
  cluster: ['pods'],
  wantsCluster: ['calicoBlocks', 'events', 'nodes', 'componentLogs'],
  run: ({ cluster: { pods }, maybeCluster, takenAt }) => {
    const { calicoBlocks, events } = maybeCluster
    if (isMissing(calicoBlocks)) return notApplicable('Calico gives no addresses here')
    if (!isOk(calicoBlocks)) return notRun(calicoBlocks.detail)
    const leaks = calicoLeaks({ blocks: calicoBlocks.value, pods }, takenAt)
    const orphans = orphanedBlocks(calicoBlocks.value, maybeCluster.nodes)
    const gone = new Set(orphans.map(({ node }) => node))
    const nodes = [...new Set(leaks.map(({ node }) => node))].filter(node => !gone.has(node))
    const starved = starvedNodes({ ...maybeCluster, pods }, takenAt)
    const isFelt = starved.length > 0 || leaks.some(({ node }) => gone.has(node))
    const drafts = [
      ...(isFelt ? orphanDrafts(orphans, starved) : []),
      ...nodes.map(node => {
        const { failures } = harmOn(node, { pods: { status: 'ok', value: pods }, events }, takenAt)
        const failure = failures.find(({ text }) => refused.test(text))
        return draft({ node, leaks: leaks.filter(leak => leak.node === node), failure })
      }),
    ]
    const unheard = orphans.length > 0 ? unheardAgents({ ...maybeCluster, pods: { status: 'ok', value: pods } }) : null
    return foundAmong(
      drafts,
      unheard === null ? [] : [{ nodes: [], why: `whether an agent gets no address: ${unheard}` }],
    )
  },
})

/** Messages of Calico's IPAM without free addresses. Source: projectcalico/calico, libcalico-go/lib/ipam. */
const refused =
  /already assigned in block|IPAM allocated only|No more free affine blocks|per host block limit|cannot allocate new block|no configured Calico pools/i

interface Case {
  readonly node: string
  readonly leaks: readonly CalicoLeak[]
  readonly failure: SandboxFailure | undefined
}

/** A pod that requested a specific address, otherwise the node. */
function subjectOf({ node, failure }: Case): NonNullable<Draft['subject']> {
  const isFixed = failure !== undefined && /already assigned in block/i.test(failure.text)
  if (!isFixed) return { kind: 'Node', name: node }
  const { namespace, name } = failure.pod
  return { kind: 'Pod', namespace, name, nodes: [node] }
}

function draft(each: Case): Draft {
  const { node, leaks, failure } = each
  return {
    subject: subjectOf(each),
    severity: failure ? 'error' : 'warning',
    confidence: 'likely',
    message: `${leaks.length} Calico addresses of ${node} belong to pods that are gone`,
    evidence: [
      {
        at: `IPAMBlocks ${[...new Set(leaks.map(({ block }) => block))].slice(0, 4).join(', ')}`,
        observed: listed(leaks),
        expected: 'a pod with that address',
      },
      ...(failure ? [eventEvidence(failure)] : []),
    ],
    danger: 'they are not given again; when blocks and pools are full, pods get no address',
    remedies: [release],
    verify: 'calicoctl ipam check',
  }
}

const release: Draft['remedies'][number] = {
  title: 'let Calico compare its blocks with the pods, then release what its report names',
  commands: [
    onWorkstation('calicoctl ipam check --show-problem-ips -o report.json'),
    onWorkstation('calicoctl ipam release --from-report report.json'),
  ],
  risk: 'low',
}

/** One for each node that gets no address for it, or one for all where no node lacks any. */
function orphanDrafts(blocks: readonly OrphanedBlock[], starved: readonly Starved[]): readonly Draft[] {
  const [first] = blocks
  if (!first) return []
  return starved.length > 0
    ? starved.map(each => orphanDraft(blocks, each.node, each))
    : [orphanDraft(blocks, first.node, null)]
}

function orphanDraft(blocks: readonly OrphanedBlock[], node: string, starved: Starved | null): Draft {
  const owners = [...new Set(blocks.map(({ node: owner }) => owner))]
  const taken = blocks.reduce((sum, block) => sum + block.taken, 0)
  const whose =
    owners.length === 1 ? `node ${owners[0]}, which no longer exists,` : `${owners.length} nodes that no longer exist`
  return {
    subject: { kind: 'Node', name: node },
    key: 'gone-nodes',
    severity: starved ? 'error' : 'warning',
    confidence: 'likely',
    message: `${blocks.length} Calico blocks with ${taken} addresses belong to ${whose}${starved ? `, and ${node} gets no address` : ''}`,
    evidence: [
      {
        at: `IPAMBlocks ${blocks
          .slice(0, 4)
          .map(({ cidr }) => cidr)
          .join(', ')}`,
        observed: `affinity to ${owners.slice(0, 4).join(', ')}${owners.length > 4 ? ` and ${owners.length - 4} more` : ''}`,
        expected: 'a node of the cluster',
      },
      ...(starved ? [{ at: starved.at, observed: oneLine(starved.line, 240) }] : []),
    ],
    danger: 'no other node takes new blocks from there; when the pool has none left, new nodes and pods get no address',
    remedies: [
      {
        title: 'see whether calico-kube-controllers runs, which takes back the blocks of nodes that were deleted',
        commands: [onWorkstation('kubectl get pods -A -l k8s-app=calico-kube-controllers -o wide')],
        risk: 'none',
      },
      release,
    ],
    verify: 'calicoctl ipam check',
  }
}

const listed = (leaks: readonly CalicoLeak[]): string => {
  const named = leaks.slice(0, 5).map(({ address, pod, ageMs }) => `${address} (${tellAge(ageMs)}, was ${pod})`)
  return `${named.join(', ')}${leaks.length > 5 ? ` and ${leaks.length - 5} more` : ''}`
}

const eventEvidence = ({ pod, text }: SandboxFailure): Evidence => ({
  at: `Event of Pod ${podKey(pod)}`,
  observed: oneLine(text, 240),
})
