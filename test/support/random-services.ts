import fc from 'fast-check'
import type { EndpointSlice } from '../../plugin/cluster/endpoint-slices.ts'
import { endpoint, service, servicePort, slice } from './api-objects.ts'
import type { Written } from './kube-proxy-rules.ts'

const portShape = fc.record({
  protocol: fc.constantFrom('TCP', 'UDP', 'SCTP'),
  hasNodePort: fc.boolean(),
  target: fc.integer({ min: 1, max: 65_535 }),
})
const serviceShape = fc.record({
  ports: fc.array(portShape, { minLength: 1, maxLength: 3 }),
  timeout: fc.option(fc.integer({ min: 1, max: 86_400 })),
  backends: fc.uniqueArray(fc.integer({ min: 2, max: 254 }), { maxLength: 5 }),
})
type ServiceShape = typeof serviceShape extends fc.Arbitrary<infer T> ? T : never

/** Services with their backends; some have none. */
export const randomServices = fc
  .array(serviceShape, { minLength: 1, maxLength: 8 })
  .map((shapes): readonly Written[] => shapes.map(toWritten))

function toWritten({ ports, backends, timeout }: ServiceShape, index: number): Written {
  return {
    service: service({
      name: `service-${index}`,
      clusterIPs: [`10.96.${index}.1`],
      sessionAffinity: { type: timeout === null ? 'None' : 'ClientIP', timeout },
      ports: ports.map(({ protocol, hasNodePort, target }, i) =>
        servicePort(80 + i, {
          name: ports.length > 1 ? `port-${i}` : '',
          protocol,
          targetPort: target,
          nodePort: hasNodePort ? 30_000 + 10 * index + i : null,
        }),
      ),
    }),
    backends: ports.map(({ target }) => backends.map(host => `10.244.${index}.${host}:${target}`)),
  }
}

/** Slices of these services; each endpoint in a slice of its own when `split`. */
export const slicesOf = (written: readonly Written[], split = false): readonly EndpointSlice[] =>
  written.flatMap(({ service: { name, ports }, backends }) => {
    const addresses = (backends[0] ?? []).map(backend => backend.replace(/:\d+$/, ''))
    const whole = slice({
      service: name,
      ports: ports.map(port => ({ name: port.name, port: Number(port.targetPort), protocol: port.protocol })),
      endpoints: addresses.map(address => endpoint({ addresses: [address], target: null })),
    })
    return split ? whole.endpoints.map(each => ({ ...whole, endpoints: [each] })) : [whole]
  })
