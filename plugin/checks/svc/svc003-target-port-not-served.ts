import type { Evidence, Remedy } from '../../../shared/finding.ts'
import type { Service, ServicePort } from '../../cluster/services.ts'
import { clusterCheck, type Draft, foundAmong, type Undecided } from '../../engine/check.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { podKey } from '../../model/pods.ts'
import { podPlace, portText, type ServedPort, type SilentPod, servedPort } from '../../model/served-ports.ts'
import { podsBehind } from '../../model/service-backends.ts'
import { isClusterDns } from '../../model/system-services.ts'
import { declaredPorts } from '../../model/target-ports.ts'

interface Judged {
  readonly service: Service
  readonly port: ServicePort
  readonly served: ServedPort
}

export default clusterCheck({
  code: 'SVC003',
  severity: 'error',
  title: 'Target port not served',
  explains: [],
  wants: ['podNamespaces', 'sockets'],
  cluster: ['services', 'pods'],
  run: ({ cluster: { services, pods }, nodes, takenAt }) => {
    const judged = services
      .filter(service => !isClusterDns(service) && !service.deleting)
      .map(service => {
        const behind = podsBehind(service, pods)
        if (behind.length === 0) return []
        return service.ports.map(port => ({
          service,
          port,
          served: servedPort(port, { pods: behind, nodes, takenAt }),
        }))
      })
    return foundAmong(
      judged.flatMap(ports => ports.flatMap(one => draft(one, ports.some(isServed)))),
      undecided(judged.flat()),
    )
  },
})

const isServed = ({ served }: Judged): boolean =>
  served.kind === 'served' || (served.kind === 'silent' && served.silent.length < served.looked)

/** Only services none of whose pods could be looked into. */
function undecided(judged: readonly Judged[]): readonly Undecided[] {
  const reasons = new Set(judged.flatMap(({ served }) => (served.kind === 'unknown' ? [served.why] : [])))
  return [...reasons]
    .sort()
    .slice(0, 5)
    .map(why => ({ nodes: [], why }))
}

/** A port beside others that work may be meant for something that is switched off: that is a warning. */
function draft({ service, port, served }: Judged, hasOther: boolean): readonly Draft[] {
  if (served.kind === 'no-such-name')
    return [missingName(service, { port, served, isWarning: hasOther || service.headless })]
  if (served.kind !== 'silent') return []
  const isPartial = served.silent.length < served.looked
  return [silent(service, { port, served, isWarning: isPartial || hasOther || service.headless })]
}

interface Case<Kind extends ServedPort['kind']> {
  readonly port: ServicePort
  readonly served: Extract<ServedPort, { kind: Kind }>
  readonly isWarning: boolean
}

function missingName(service: Service, { port, served, isWarning }: Case<'no-such-name'>): Draft {
  const [pod] = served.pods
  const ports = [...new Set(served.pods.flatMap(declaredPorts))]
  return {
    ...common(service, { port, isWarning }),
    message: `service ${podKey(service)} sends port ${port.port} to the port named ${served.name}, which none of its pods has`,
    evidence: [
      {
        at: `Service ${podKey(service)}`,
        observed: `port ${portText(port)}`,
        expected: 'a name of a container’s port',
      },
      ...(pod
        ? [
            {
              at: `Pod ${podKey(pod)}`,
              observed: ports.length > 0 ? `ports ${ports.join(', ')}` : 'no port is declared',
            },
          ]
        : []),
    ],
    remedies: [retarget(service, port, ports.length === 1 ? `"${ports[0]?.split('=')[0]}"` : '"<name>"')],
  }
}

function silent(service: Service, { port, served, isWarning }: Case<'silent'>): Draft {
  const [first] = served.silent
  const isLoopback = served.silent.every(({ isLoopbackOnly }) => isLoopbackOnly)
  const others = [...new Set(served.silent.flatMap(({ listening }) => listening))]
  const many = served.looked > served.silent.length ? ` in ${served.silent.length} of ${served.looked} pods` : ''
  return {
    ...common(service, { port, isWarning }),
    message: `service ${podKey(service)} sends to port ${first?.port}, on which ${isLoopback ? 'only 127.0.0.1 is listened to' : 'nothing listens'}${many || ' in its pods'}`,
    evidence: [
      { at: `Service ${podKey(service)}`, observed: `port ${portText(port)}` },
      ...served.silent.slice(0, 3).map(evidenceOf),
    ],
    remedies: [
      ...(isLoopback ? [] : [retarget(service, port, others.length === 1 ? String(others[0]) : '<port>')]),
      {
        title: isLoopback ? 'let the program listen on all addresses' : 'or let the program listen on that port',
        commands: [
          onWorkstation(
            `kubectl logs -n ${quote(service.namespace)} ${quote(first?.pod.name ?? '')} --all-containers --tail=30`,
          ),
        ],
        risk: 'none',
      },
    ],
  }
}

const evidenceOf = ({ pod, port, isLoopbackOnly, listening }: SilentPod): Evidence => ({
  at: `${podPlace(pod)}: /proc/net/tcp`,
  observed: isLoopbackOnly
    ? `port ${port} is listened to on the loopback address alone`
    : `listens on ${listening.length > 0 ? listening.slice(0, 8).join(', ') : 'no port'}`,
  expected: `a listener on port ${port} of the pod’s address`,
})

const common = (service: Service, { port, isWarning }: { port: ServicePort; isWarning: boolean }) => ({
  subject: { kind: 'Service', namespace: service.namespace, name: service.name } as const,
  key: `${port.port}-${port.protocol}`,
  severity: isWarning ? ('warning' as const) : ('error' as const),
  danger: 'connections to this port of the service are refused',
})

function retarget(service: Service, port: ServicePort, target: string): Remedy {
  const index = service.ports.indexOf(port)
  const patch = (value: string) =>
    `kubectl patch service ${quote(service.name)} -n ${quote(service.namespace)} --type json -p ${quote(`[{"op":"replace","path":"/spec/ports/${index}/targetPort","value":${value}}]`)}`
  return {
    title: 'send to the port that the pods have',
    commands: [onWorkstation(patch(target))],
    risk: 'low',
    rollback: patch(JSON.stringify(port.targetPort)),
  }
}
