import { isOk } from '../../shared/reading.ts'
import type { Service } from '../cluster/services.ts'
import type { Report } from '../engine/report.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import { podKey } from './pods.ts'

/** One service, its endpoints and what was found about it. */
export interface ServiceOverview {
  readonly namespace: string
  readonly name: string
  readonly type: string
  readonly address: string
  readonly ports: readonly string[]
  /** Null when endpoints were not read, and for a service that has none of its own. */
  readonly endpoints: { readonly ready: number; readonly total: number } | null
  /** Codes and first message of findings about it that are more than a note. */
  readonly findings: readonly string[]
  readonly message: string
}

/** Wanted services in the order of their names. */
export function describeServices(
  { cluster }: Snapshot,
  { findings }: Report,
  isWanted: (service: Service) => boolean,
): readonly ServiceOverview[] {
  const services = isOk(cluster.services) ? cluster.services.value : []
  return services
    .filter(isWanted)
    .sort((a, b) => (podKey(a) < podKey(b) ? -1 : 1))
    .map(service => {
      const own = findings.filter(
        ({ subject, severity }) =>
          severity !== 'info' &&
          subject.kind === 'Service' &&
          podKey({ namespace: '', ...subject }) === podKey(service),
      )
      return {
        namespace: service.namespace,
        name: service.name,
        type: service.type,
        address: service.clusterIPs[0] ?? service.externalName ?? (service.headless ? 'None' : ''),
        ports: service.ports.map(({ port, protocol }) => `${port}/${protocol}`),
        endpoints: endpointsOf(service, cluster),
        findings: [...new Set(own.map(({ code }) => code))],
        message: own[0]?.message ?? '',
      }
    })
}

function endpointsOf(service: Service, { endpointSlices }: Snapshot['cluster']): ServiceOverview['endpoints'] {
  if (!isOk(endpointSlices) || service.type === 'ExternalName') return null
  const own = endpointSlices.value
    .filter(slice => slice.service === service.name && slice.namespace === service.namespace)
    .flatMap(({ endpoints }) => endpoints)
  // A dual-stack service has a slice for each family with the same pods.
  const states = new Map(own.map(endpoint => [endpoint.target?.name ?? endpoint.addresses.join(), endpoint.ready]))
  return { ready: [...states.values()].filter(Boolean).length, total: states.size }
}
