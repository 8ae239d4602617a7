import type { Subject } from '../../../shared/finding.ts'
import { clusterCheck, type Draft } from '../../engine/check.ts'
import { onNode, onWorkstation } from '../../model/command.ts'
import { askers, evidenceOf, judgeProbes, type Probed, probedService } from '../../model/probe-results.ts'

export default clusterCheck({
  code: 'NET003',
  severity: 'error',
  title: 'Service not reached from pods',
  explains: ['DNS016', 'DNS017'],
  cluster: [],
  wantsCluster: ['endpointSlices'],
  wants: ['probes'],
  run: ({ nodes, maybeCluster: { endpointSlices } }) =>
    judgeProbes(nodes, ['service', 'endpoint'], probed => {
      const failing = probed.filter(isFailing)
      const where = new Set(askers(failing))
      const endpoints = probed.filter(({ node, target }) => target.purpose === 'endpoint' && where.has(node))
      if (failing.length === 0) return []
      return [draft({ failing, endpoints, subject: probedService([...failing, ...endpoints], endpointSlices) })]
    }),
})

const isFailing = ({ target, answer }: Probed): boolean =>
  target.purpose === 'service' && answer.outcome !== 'connected'

interface Failing {
  readonly failing: readonly Probed[]
  /** Probes of the endpoints themselves, from the same nodes. */
  readonly endpoints: readonly Probed[]
  readonly subject: Subject
}

function draft({ failing, endpoints, subject }: Failing): Draft {
  const address = failing[0]?.target.address ?? ''
  const isPathFine = failing.every(({ node }) =>
    endpoints.some(({ node: asker, answer }) => asker === node && answer.outcome === 'connected'),
  )
  return {
    subject,
    message: `pods on ${askers(failing).join(', ')} do not reach Service ${subject.namespace}/${subject.name} at ${address}: ${
      isPathFine
        ? 'its endpoints answer directly, so the service rules there are at fault'
        : 'its endpoints do not answer either, so the way there is at fault and not the service rules alone'
    }`,
    evidence: [...failing, ...endpoints].slice(0, 8).map(path => evidenceOf(path, 'a connection')),
    danger: 'whatever asks the API from a pod there fails, and most likely other services do too',
    remedies: [isPathFine ? rulesRemedy(address) : wayRemedy(endpoints[0]?.target.address ?? address)],
    verify: 'kubectl netcheck check --probe --only NET003',
  }
}

const rulesRemedy = (address: string): Draft['remedies'][number] => ({
  title: 'look at the service rules of the node, and at what makes them',
  commands: [
    onNode(`iptables-save -t nat | grep -F ${address}`),
    onWorkstation('kubectl -n kube-system logs -l k8s-app=kube-proxy --tail=50'),
  ],
  risk: 'none',
})

const wayRemedy = (address: string): Draft['remedies'][number] => ({
  title: 'look at the way from the node’s pods to the endpoint',
  commands: [
    onNode(`ip route get ${address}`),
    onWorkstation('kubectl get endpointslices -l kubernetes.io/service-name=kubernetes'),
  ],
  risk: 'none',
})
