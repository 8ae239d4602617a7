import type { Service } from '../cluster/services.ts'
import { podKey } from './pods.ts'

/** A port that a service claims on every node. */
export interface NodePortClaim {
  readonly service: Service
  readonly port: number
  readonly protocol: string
  /** For a health check the service proxy listens; a node port is a rule. */
  readonly use: 'node port' | 'health check'
}

/** All claims, in the order of the services. */
export const nodePortClaims = (services: readonly Service[]): readonly NodePortClaim[] =>
  services.flatMap(service => [
    ...service.ports.flatMap(({ nodePort, protocol }) =>
      nodePort === null || nodePort === 0 ? [] : [{ service, port: nodePort, protocol, use: 'node port' as const }],
    ),
    ...(service.healthCheckNodePort
      ? [{ service, port: service.healthCheckNodePort, protocol: 'TCP', use: 'health check' as const }]
      : []),
  ])

/** Claims of different services on the same port and protocol. */
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
