import type { Remedy } from '../../../shared/finding.ts'
import type { EndpointSlice } from '../../cluster/endpoint-slices.ts'
import type { Pod } from '../../cluster/pods.ts'
import type { Service, ServicePort } from '../../cluster/services.ts'
import { clusterCheck, type Draft, found, notApplicable } from '../../engine/check.ts'
import { dnsPodsOf, dnsServiceOf, dnsSubject, selects } from '../../model/cluster-dns.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { isStarting, podKey } from '../../model/pods.ts'
import { declaredPorts, targetPortOf } from '../../model/target-ports.ts'

export default clusterCheck({
  code: 'DNS005',
  severity: 'error',
  title: 'DNS service broken',
  explains: ['DNS017'],
  cluster: ['services', 'pods', 'endpointSlices'],
  run: ({ cluster: { services, pods, endpointSlices }, takenAt }) => {
    const service = dnsServiceOf(services)
    const own = dnsPodsOf(pods, service)
    if (!service && own.length === 0) return notApplicable('the cluster has no DNS of its own')
    const fault = service ? faultOf(service, { pods: own, slices: endpointSlices, takenAt }) : absent(own)
    return fault ? found(draft(fault, { service, own })) : found()
  },
})

interface Fault {
  readonly message: string
  readonly at: string
  readonly observed: string
  readonly expected: string
  readonly remedy: Remedy
}

function faultOf(
  service: Service,
  { pods, slices, takenAt }: { pods: readonly Pod[]; slices: readonly EndpointSlice[]; takenAt: number },
): Fault | null {
  const own = slices.filter(slice => slice.namespace === service.namespace && slice.service === service.name)
  const ready = own.flatMap(({ endpoints }) => endpoints.filter(endpoint => endpoint.ready))
  const unselected = pods.filter(pod => !selects(service, pod.labels))
  if (service.selector !== null && pods.length > 0 && unselected.length === pods.length) {
    return wrongSelector(service, unselected)
  }
  const lacking = ['UDP', 'TCP'].filter(
    wanted => !service.ports.some(port => port.port === 53 && port.protocol === wanted),
  )
  if (lacking.length > 0) return wrongPorts(service, lacking)
  const unnamed = service.ports.find(
    port => port.port === 53 && pods.length > 0 && pods.every(pod => targetPortOf(port, pod) === null),
  )
  if (unnamed) return wrongTarget(service, unnamed, pods)
  if (ready.length > 0 || service.type === 'ExternalName' || pods.some(pod => isStarting(pod, takenAt))) return null
  return {
    message: `${podKey(service)} has no ready endpoint`,
    at: `EndpointSlices of Service ${podKey(service)}`,
    observed: `${own.reduce((sum, { endpoints }) => sum + endpoints.length, 0)} endpoints, none is ready`,
    expected: 'at least one ready pod of DNS',
    remedy: {
      title: 'see why the pods behind it are not ready',
      commands: [onWorkstation(`kubectl -n ${quote(service.namespace)} get pods,endpointslices -o wide`)],
      risk: 'none',
    },
  }
}

function wrongSelector(service: Service, pods: readonly Pod[]): Fault {
  const [first] = pods
  const keys = Object.keys(service.selector ?? {})
  const wanted = Object.fromEntries(keys.map(key => [key, first?.labels[key] ?? null]))
  const patch = (selector: object) => quote(JSON.stringify({ spec: { selector } }))
  const target = `kubectl -n ${quote(service.namespace)} patch service ${quote(service.name)} -p`
  return {
    message: `the selector of ${podKey(service)} matches none of the ${pods.length} pods of DNS`,
    at: `Service ${podKey(service)}, spec.selector`,
    observed: JSON.stringify(service.selector),
    expected: `what the pods have, as ${first ? podKey(first) : 'they'}: ${JSON.stringify(first?.labels ?? {})}`,
    remedy: {
      title: 'select the labels that the pods have',
      commands: [onWorkstation(`${target} ${patch(hasNull(wanted) ? (first?.labels ?? {}) : wanted)}`)],
      risk: 'low',
      rollback: `${target} ${patch(service.selector ?? {})}`,
    },
  }
}

const hasNull = (object: object): boolean => Object.values(object).includes(null)

function wrongPorts(service: Service, lacking: readonly string[]): Fault {
  return {
    message: `${podKey(service)} has no port 53 for ${lacking.join(' and ')}`,
    at: `Service ${podKey(service)}, spec.ports`,
    observed: service.ports.map(({ port, protocol }) => `${port}/${protocol}`).join(', ') || 'none',
    expected: '53/UDP and 53/TCP',
    remedy: {
      title: 'add the port that lacks',
      commands: [
        onWorkstation(
          `kubectl -n ${quote(service.namespace)} patch service ${quote(service.name)} -p ${quote(JSON.stringify({ spec: { ports: lacking.map(protocol => ({ name: protocol === 'TCP' ? 'dns-tcp' : 'dns', port: 53, protocol, targetPort: 53 })) } }))}`,
        ),
      ],
      risk: 'low',
      rollback: `kubectl -n ${quote(service.namespace)} edit service ${quote(service.name)}`,
    },
  }
}

function wrongTarget(service: Service, { targetPort, protocol }: ServicePort, pods: readonly Pod[]): Fault {
  const target = `kubectl -n ${quote(service.namespace)} edit service ${quote(service.name)}`
  return {
    message: `${podKey(service)} sends 53/${protocol} to the port named ${targetPort}, which no pod of DNS has`,
    at: `Service ${podKey(service)}, spec.ports`,
    observed: `targetPort ${targetPort}`,
    expected: `a port of ${pods[0] ? podKey(pods[0]) : 'the pods'}: ${pods[0] ? declaredPorts(pods[0]).join(', ') : ''}`,
    remedy: {
      title: 'name the port that the pods declare, or its number',
      commands: [onWorkstation(target)],
      risk: 'low',
      rollback: `${target}   # put ${targetPort} back`,
    },
  }
}

function absent(pods: readonly Pod[]): Fault {
  return {
    message: `pods of DNS run, and no service leads to them`,
    at: 'Services of kube-system',
    observed: `none named kube-dns or labelled k8s-app=kube-dns, ${pods.length} pods such as ${pods[0] ? podKey(pods[0]) : ''}`,
    expected: 'a service with the address that kubelets give to pods',
    remedy: {
      title: 'make the service anew with the address of clusterDNS; kubeadm does so by itself',
      commands: [
        onWorkstation('kubeadm init phase addon coredns'),
        onWorkstation('kubectl -n kube-system get service kube-dns'),
      ],
      risk: 'low',
      rollback: 'kubectl -n kube-system delete service kube-dns',
    },
  }
}

function draft(
  { message, at, observed, expected, remedy }: Fault,
  { service, own }: { service: Service | null; own: readonly Pod[] },
): Draft {
  return {
    subject: dnsSubject(service, own),
    message,
    evidence: [{ at, observed, expected }],
    danger: 'what pods send to the DNS address reaches no server',
    remedies: [remedy],
  }
}
