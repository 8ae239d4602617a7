import type { Pod } from '../cluster/pods.ts'
import type { ServicePort } from '../cluster/services.ts'

/**
 * The port of a pod to which a service's port leads; null where the pod has no port of that name. Source:
 * kubernetes pkg/api/v1/pod util.go FindPort: name and protocol must be equal.
 */
export const targetPortOf = ({ targetPort, protocol }: Pick<ServicePort, 'targetPort' | 'protocol'>, pod: Pod) =>
  typeof targetPort === 'number' ? targetPort : namedPortOf(pod, { name: targetPort, protocol })

/** The number of a container's port by its name. */
export function namedPortOf(
  { specs, initSpecs }: Pick<Pod, 'specs' | 'initSpecs'>,
  { name, protocol }: { readonly name: string; readonly protocol: string },
): number | null {
  const ports = [...specs, ...initSpecs].flatMap(spec => spec.ports)
  return ports.find(port => port.name === name && port.protocol === protocol)?.containerPort ?? null
}

/** `http=8080/TCP`, as evidence; a port without a name by its number. */
export const declaredPorts = ({ specs }: Pick<Pod, 'specs'>): readonly string[] =>
  specs.flatMap(({ ports }) =>
    ports.map(({ name, containerPort, protocol }) => `${name === '' ? '' : `${name}=`}${containerPort}/${protocol}`),
  )
