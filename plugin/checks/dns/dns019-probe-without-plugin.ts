import { type Directive, parseCorefile } from '../../../shared/formats/corefile.ts'
import { isOk, valueOr } from '../../../shared/reading.ts'
import type { ApiEvent } from '../../cluster/events.ts'
import type { Pod } from '../../cluster/pods.ts'
import { clusterCheck, found, notApplicable, notRun, passed } from '../../engine/check.ts'
import { coreDnsContainer, corefileOf, dnsPodsOf, dnsServiceOf, dnsSubject, placeOf } from '../../model/cluster-dns.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { plainText } from '../../model/event-text.ts'
import { podKey } from '../../model/pods.ts'

export default clusterCheck({
  code: 'DNS019',
  severity: 'warning',
  title: 'Probe asks a plugin that the Corefile lacks',
  explains: ['DNS001', 'DNS005'],
  cluster: ['pods', 'configMaps'],
  wantsCluster: ['services', 'events'],
  decisive: ['events'],
  run: ({ cluster: { pods, configMaps }, maybeCluster: { services, events } }) => {
    const service = isOk(services) ? dnsServiceOf(services.value) : null
    const own = dnsPodsOf(pods, service).filter(pod => coreDnsContainer(pod) !== null)
    if (own.length === 0) return notApplicable('no pod of CoreDNS runs')
    const judged = own.flatMap(pod => {
      const corefile = corefileOf(pod, configMaps)
      return corefile ? [{ pod, corefile, asked: askedInVain(pod, corefile.text, valueOr(events, [])) }] : []
    })
    if (judged.length === 0) return notRun('the Corefile of CoreDNS was not read')
    const hit = judged.filter(({ asked }) => asked !== null)
    const [first] = hit
    if (!first || first.asked === null) return passed
    const { plugin, probe, port } = first.asked
    return found({
      subject: dnsSubject(
        service,
        hit.map(({ pod }) => pod),
      ),
      message: `the ${probe} probe of CoreDNS asks port ${port}, and the Corefile has no \`${plugin}\` there`,
      evidence: [
        {
          at: `Pod ${podKey(first.pod)}, ${probe} probe`,
          observed: `GET :${port}${plugin === 'ready' ? '/ready' : '/health'}`,
        },
        {
          at: placeOf(first.corefile, 0),
          observed: `no plugin \`${plugin}\` at port ${port}`,
          expected: `\`${plugin}\` in a server block`,
        },
      ],
      danger:
        probe === 'readiness'
          ? 'CoreDNS works and is never ready: its service has no endpoint'
          : 'the kubelet kills CoreDNS again and again',
      remedies: [
        {
          title: `add a line \`${plugin}\` to the block of the zone \`.\``,
          commands: [
            onWorkstation(
              `kubectl -n ${quote(first.corefile.namespace)} edit configmap ${quote(first.corefile.configMap)}`,
            ),
            onWorkstation(`kubectl -n ${quote(first.pod.namespace)} delete pod -l k8s-app=kube-dns`),
          ],
          risk: 'low',
          rollback: 'remove the line',
        },
      ],
    })
  },
})

interface Asked {
  readonly plugin: 'ready' | 'health'
  readonly probe: 'readiness' | 'liveness'
  readonly port: number
}

/** The probe whose plugin is missing; null when all is well, or imported files may contain it. */
function askedInVain(pod: Pod, text: string, events: readonly ApiEvent[]): Asked | null {
  const { servers, problems } = parseCorefile(text)
  const directives = servers.flatMap(server => server.directives)
  if (problems.length > 0 || directives.some(({ name }) => name === 'import')) return null
  const asked = [...probesOf(pod), ...(pod.ready ? [] : refusedProbes(pod, events))]
  return asked.find(each => !directives.some(directive => answers(directive, each))) ?? null
}

function probesOf(pod: Pod): readonly Asked[] {
  const spec = coreDnsContainer(pod)
  return (['readiness', 'liveness'] as const).flatMap((probe): Asked[] => {
    const written = spec?.[probe]
    if (written?.kind !== 'http' || written.host !== '') return []
    const port = spec?.ports.find(({ name }) => name === written.port)?.containerPort ?? written.port
    const plugin = /^\/ready\b/.test(written.path) ? 'ready' : /^\/health\b/.test(written.path) ? 'health' : null
    return plugin && typeof port === 'number' ? [{ plugin, probe, port }] : []
  })
}

const refusal = /^(Readiness|Liveness) probe failed: Get "?http:\/\/\S+:(\d+)\/(ready|health)\b.*connection refused/

/** Probes that are refused according to the kubelet's events. */
const refusedProbes = (pod: Pod, events: readonly ApiEvent[]): readonly Asked[] =>
  events
    .filter(({ object }) => object.kind === 'Pod' && podKey(object) === podKey(pod))
    .flatMap(({ message }) => {
      const [, probe, port, plugin] = refusal.exec(plainText(message)) ?? []
      if (probe === undefined || pod.containers.some(({ state }) => state !== 'running')) return []
      return [
        {
          probe: probe === 'Readiness' ? 'readiness' : 'liveness',
          port: Number(port),
          plugin: plugin === 'ready' ? 'ready' : 'health',
        } as const,
      ]
    })

const usual = { ready: 8181, health: 8080 } as const

/** Whether the directive answers the probe; an address with a variable may be any. */
function answers({ name, args }: Directive, { plugin, port }: Asked): boolean {
  const [, written] = /:(\d+)\/?$/.exec(args[0] ?? '') ?? []
  return name === plugin && (args[0]?.includes('{') || Number(written ?? usual[plugin]) === port)
}
