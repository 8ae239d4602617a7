import type { Evidence } from '../../../shared/finding.ts'
import { isMissing, isOk } from '../../../shared/reading.ts'
import { oneLine } from '../../../shared/text.ts'
import { clusterCheck, type Draft, found, notApplicable, notRun } from '../../engine/check.ts'
import { tellAge } from '../../model/ages.ts'
import { type CalicoLeak, calicoLeaks } from '../../model/calico-leaks.ts'
import { onWorkstation } from '../../model/command.ts'
import { harmOn } from '../../model/harm.ts'
import { podKey } from '../../model/pods.ts'
import type { SandboxFailure } from '../../model/sandbox-failures.ts'

export default clusterCheck({
  code: 'IPM010',
  severity: 'warning',
  title: 'Calico addresses leaked',
  explains: ['IPM002', 'POD001'],
  cluster: ['pods'],
  wantsCluster: ['calicoBlocks', 'events'],
  run: ({ cluster: { pods }, maybeCluster: { calicoBlocks, events }, takenAt }) => {
    if (isMissing(calicoBlocks)) return notApplicable('Calico gives no addresses here')
    if (!isOk(calicoBlocks)) return notRun(calicoBlocks.detail)
    const leaks = calicoLeaks({ blocks: calicoBlocks.value, pods }, takenAt)
    const nodes = [...new Set(leaks.map(({ node }) => node))]
    return found(
      ...nodes.map(node => {
        const { failures } = harmOn(node, { pods: { status: 'ok', value: pods }, events }, takenAt)
        const failure = failures.find(({ text }) => refused.test(text))
        return draft({ node, leaks: leaks.filter(leak => leak.node === node), failure })
      }),
    )
  },
})

/** What Calico's address management says when it has none to give. Source: projectcalico/calico, libcalico-go/lib/ipam. */
const refused =
  /already assigned in block|IPAM allocated only|No more free affine blocks|per host block limit|cannot allocate new block|no configured Calico pools/i

interface Case {
  readonly node: string
  readonly leaks: readonly CalicoLeak[]
  readonly failure: SandboxFailure | undefined
}

/** A pod that wants one address for itself is what suffers; else the node. */
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
    remedies: [
      {
        title: 'let Calico compare its blocks with the pods, then release what its report names',
        commands: [
          onWorkstation('calicoctl ipam check --show-problem-ips -o report.json'),
          onWorkstation('calicoctl ipam release --from-report report.json'),
        ],
        risk: 'low',
      },
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
