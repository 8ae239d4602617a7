import type { Service } from '../../cluster/services.ts'
import { clusterCheck, type Draft, found, notRun } from '../../engine/check.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { ageOf, minute, podKey } from '../../model/pods.ts'
import { backendsOf } from '../../model/service-backends.ts'
import { isKeptByHand } from '../../model/system-services.ts'

export default clusterCheck({
  code: 'SVC009',
  severity: 'warning',
  title: 'Service without selector and endpoints',
  explains: [],
  cluster: ['services'],
  wantsCluster: ['endpointSlices', 'endpoints'],
  run: ({ cluster: { services }, maybeCluster, takenAt }) => {
    const alone = services.filter(
      service => isKeptByHand(service) && (ageOf(service.createdAt, takenAt) ?? 0) >= 2 * minute,
    )
    const states = alone.map(service => ({ service, backends: backendsOf(service, maybeCluster) }))
    if (states.some(({ backends }) => backends === null))
      return notRun('neither EndpointSlices nor Endpoints were read')
    return found(...states.filter(({ backends }) => backends?.length === 0).map(({ service }) => draft(service)))
  },
})

/** An operator marks what it makes; it may fill in endpoints when it needs them. */
const operators = /knative\.dev|istio\.io|submariner|leader|\.coreos\.com|openshift\.io|gateway\.networking/

function isOperated({ labels, annotations, ports }: Service): boolean {
  const manager = labels['app.kubernetes.io/managed-by'] ?? 'Helm'
  return (
    ports.length === 0 ||
    manager !== 'Helm' ||
    [labels, annotations].some(of => Object.keys(of).some(key => operators.test(key)))
  )
}

function draft(service: Service): Draft {
  const [namespace, name] = [quote(service.namespace), quote(service.name)]
  return {
    subject: { kind: 'Service', namespace: service.namespace, name: service.name },
    severity: isOperated(service) ? 'info' : 'warning',
    message: `service ${podKey(service)} has no selector, and nobody keeps endpoints for it`,
    evidence: [
      {
        at: `Service ${podKey(service)}`,
        observed: 'no selector, no EndpointSlice, no Endpoints',
        expected: 'a selector, or endpoints that are kept by hand or by an operator',
      },
    ],
    danger: 'connections to the service are refused',
    remedies: [
      {
        title: 'give it a selector, or endpoints; remove it if it is a remainder',
        commands: [
          onWorkstation(`kubectl get service -n ${namespace} ${name} -o yaml`),
          onWorkstation(`kubectl patch service -n ${namespace} ${name} -p '{"spec":{"selector":{"<key>":"<value>"}}}'`),
        ],
        risk: 'low',
        rollback: `kubectl patch service -n ${namespace} ${name} -p '{"spec":{"selector":null}}'`,
      },
    ],
  }
}
