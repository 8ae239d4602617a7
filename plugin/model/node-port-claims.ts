import type { Service } from '../cluster/services.ts'
import { podKey } from './pods.ts'

/** A port of every node that a service takes for itself. */
export interface NodePortClaim {
  readonly service: Service
  readonly port: number
  readonly protocol: string
  /** A health check is a listener of the service proxy; a node port is a rule. */
  readonly use: 'node port' | 'health check'
}

/** Every claim, in the order of services. */
export const nodePortClaims = (services: readonly Service[]): readonly NodePortClaim[] =>
  services.flatMap(service => [
    ...service.ports.flatMap(({ nodePort, protocol }) =>
      nodePort === null || nodePort === 0 ? [] : [{ service, port: nodePort, protocol, use: 'node port' as const }],
    ),
    ...(service.healthCheckNodePort
      ? [{ service, port: service.healthCheckNodePort, protocol: 'TCP', use: 'health check' as const }]
      : []),
  ])

/** Claims of different services on one port and protocol. */
export function rivalClaims(claims: readonly NodePortClaim[]): readonly (readonly [NodePortClaim, NodePortClaim])[] {
  const first = new Map<string, NodePortClaim>()
  return claims.flatMap(claim => {
    const key = `${claim.port}/${claim.protocol}`
    const known = first.get(key)
    if (!known) first.set(key, claim)
    return known && (podKey(known.service) !== podKey(claim.service) || known.use !== claim.use)
      ? [[known, claim] as const]
      : []
  })
}
