import type { Subject } from '../../../shared/finding.ts'
import { isMissing, isOk, type Reading } from '../../../shared/reading.ts'
import { counted, oneLine } from '../../../shared/text.ts'
import { clusterCheck, type Draft, found, notApplicable, notRun, passed } from '../../engine/check.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { harmOn } from '../../model/harm.ts'
import { type PodlessAllocation, podlessAllocations } from '../../model/podless-allocations.ts'
import { podKey } from '../../model/pods.ts'
import type { SandboxFailure } from '../../model/sandbox-failures.ts'

export default clusterCheck({
  code: 'IPM014',
  severity: 'warning',
  title: 'Addresses of Cilium or Whereabouts without a pod',
  explains: ['IPM002', 'POD001'],
  cluster: ['pods'],
  wantsCluster: ['whereaboutsPools', 'whereaboutsReservations', 'ciliumNodes', 'ciliumEndpoints', 'events'],
  run: ({ cluster: { pods }, maybeCluster: { events, ...sources }, takenAt }) => {
    const readings: readonly Reading<unknown>[] = Object.values(sources)
    if (readings.every(isMissing)) return notApplicable('neither Cilium nor Whereabouts gives addresses here')
    const all = podlessAllocations(sources, { pods, takenAt })
    const unread = readings.find(reading => !isOk(reading) && !isMissing(reading))
    if (all.length === 0) return unread && !isOk(unread) ? notRun(unread.detail) : passed
    const nodes = [...new Set(pods.flatMap(({ node }) => node ?? []))]
    const failures = nodes.flatMap(
      node => harmOn(node, { pods: { status: 'ok', value: pods }, events }, takenAt).failures,
    )
    return found(
      ...(['Whereabouts', 'Cilium'] as const).flatMap(product => {
        const own = all.filter(each => each.product === product)
        const refused = failures.filter(({ text }) => products[product].refused.test(text))
        return own.length > 0 ? [draft(product, own, refused)] : []
      }),
    )
  },
})

type Product = PodlessAllocation['product']

/** Per product: messages without a free address, and how to correct its objects. */
const products: Readonly<
  Record<
    Product,
    { readonly refused: RegExp; readonly remedy: (own: readonly PodlessAllocation[]) => Draft['remedies'] }
  >
> = {
  Whereabouts: {
    refused: /could not allocate IP in range/i,
    remedy: () => [
      {
        title: 'let the reconciler of Whereabouts run now: it compares ranges with pods, once a day by default',
        commands: [
          onWorkstation('kubectl -n kube-system get pods -l app=whereabouts -o wide'),
          onWorkstation(
            'kubectl -n kube-system get configmap whereabouts-config -o yaml   # reconciler_cron_expression',
          ),
        ],
        risk: 'low',
      },
    ],
  },
  Cilium: {
    refused: /via local cilium agent|range is full|no more IPs available/i,
    remedy: own => [
      {
        title:
          'look at the agent and the operator, which remove these objects; then remove what is left of pods that are gone',
        commands: [
          onWorkstation('kubectl -n kube-system logs deployment/cilium-operator --tail=100'),
          ...own
            .filter(({ at }) => at.startsWith('CiliumEndpoint '))
            .slice(0, 3)
            .map(({ pod }) => {
              const [namespace = '', name = ''] = pod.split('/')
              return onWorkstation(`kubectl -n ${quote(namespace)} delete ciliumendpoint ${quote(name)}`)
            }),
        ],
        risk: 'low',
      },
    ],
  },
}

/** A leaked address does no harm while others are free; then the subject touches no node. */
function subjectOf(own: readonly PodlessAllocation[], failures: readonly SandboxFailure[]): Subject {
  const [failure] = failures
  const key = failure ? podKey(failure.pod) : (own[0]?.pod ?? '')
  const [namespace, name = ''] = key.split('/')
  return { kind: 'Pod', namespace, name, nodes: [...new Set(failures.map(({ node }) => node))] }
}

function draft(product: Product, own: readonly PodlessAllocation[], failures: readonly SandboxFailure[]): Draft {
  const [failure] = failures
  const named = own.slice(0, 5).map(({ address, pod }) => `${address} for ${pod}`)
  return {
    key: product,
    subject: subjectOf(own, failures),
    severity: failure ? 'error' : 'warning',
    confidence: 'likely',
    message: `${product} keeps ${counted(own.length, 'address', 'addresses')} for pods that are gone or have others`,
    evidence: [
      {
        at: [...new Set(own.map(({ at }) => at))].slice(0, 4).join(', '),
        observed: oneLine(`${named.join(', ')}${own.length > 5 ? ` and ${own.length - 5} more` : ''}`, 400),
        expected: 'a pod with each address',
      },
      ...(failure ? [{ at: `Event of Pod ${podKey(failure.pod)}`, observed: oneLine(failure.text, 240) }] : []),
    ],
    danger: 'they are not given again; when the range is used up, pods get no address',
    remedies: products[product].remedy(own),
  }
}
