import { isOk, ok, type Reading } from '../../../shared/reading.ts'
import type { ContainerLog } from '../../cluster/component-logs.ts'
import type { Pod } from '../../cluster/pods.ts'
import { clusterCheck, found, notApplicable, notRun, passed } from '../../engine/check.ts'
import { dnsPodsOf, dnsServiceOf, dnsSubject, troublesOf, whyNoLog } from '../../model/cluster-dns.ts'
import { onNode, quote } from '../../model/command.ts'
import type { DnsLogLine } from '../../model/dns-log.ts'
import { type DnsLoop, dnsLoops } from '../../model/dns-loop.ts'
import { containerLines } from '../../model/log-lines.ts'
import { ageOf, minute, podKey } from '../../model/pods.ts'

export default clusterCheck({
  code: 'DNS009',
  severity: 'warning',
  title: 'Upstream DNS server does not answer',
  explains: ['DNS001'],
  wants: ['kubelet', 'resolvConf', 'podNamespaces'],
  cluster: ['pods', 'componentLogs'],
  wantsCluster: ['services', 'configMaps', 'kubeletConfigs'],
  run: ({ cluster: { pods, componentLogs }, maybeCluster, nodes, takenAt }) => {
    const { services, configMaps, kubeletConfigs } = maybeCluster
    const service = isOk(services) ? dnsServiceOf(services.value) : null
    const own = dnsPodsOf(pods, service)
    if (own.length === 0) return notApplicable('no pod of DNS runs')
    const why = whyNoLog(own, componentLogs)
    if (why !== null) return notRun(why)
    const loops = dnsLoops(own, { service, logs: ok(componentLogs), configMaps, kubeletConfigs, nodes })
    const hit = own.flatMap(pod => {
      const lines = [...silenceOf(pod, componentLogs, takenAt), ...loops.flatMap(loop => mistaken(loop, pod))]
      return lines.length > 0 ? [{ pod, lines }] : []
    })
    const servers = [...new Set(hit.flatMap(({ lines }) => lines.map(({ upstream }) => upstream)))].sort()
    const [first] = hit
    if (!first) {
      const isOpen = loops.some(({ line, kind }) => line !== null && kind === 'unknown')
      return isOpen ? notRun('whether the loop that CoreDNS tells is one: its resolver was not read') : passed
    }
    return found({
      subject: dnsSubject(
        service,
        hit.map(({ pod }) => pod),
      ),
      message: `DNS gets no answer from ${servers.slice(0, 3).join(', ')}, to which it forwards names of the outside`,
      evidence: hit.slice(0, 3).map(({ pod, lines }) => ({
        at: `Pod ${podKey(pod)}, log`,
        observed: `${lines.at(-1)?.text ?? ''}${lines.length > 1 ? ` (${lines.length} such lines)` : ''}`,
        expected: lines.at(-1)?.trouble.kind === 'loop' ? takenForLoop : 'an answer within 2 s',
      })),
      danger: 'names of the outside are resolved late or not at all; those of services are',
      remedies: [
        {
          title: 'ask the server from the node: when that works, look at what becomes of packets of pods',
          commands: [
            onNode(`dig +time=2 @${quote(servers[0] ?? '')} kubernetes.io   # on ${first.pod.node ?? 'the node'}`),
            onNode('cat /etc/resolv.conf'),
          ],
          risk: 'none',
        },
      ],
    })
  },
})

type Silence = DnsLogLine & { readonly upstream: string }

/** Current lines; none when the API is unreachable too, or only the start-up self-test failed. */
function silenceOf(pod: Pod, logs: readonly ContainerLog[], takenAt: number): readonly Silence[] {
  const all = troublesOf(pod, logs)
  if (all.some(({ trouble }) => trouble.kind === 'api-unreachable' || trouble.kind === 'loop')) return []
  const last = endOf(pod, logs)
  const silent = all.flatMap(line =>
    line.trouble.kind === 'upstream-silent' && !line.trouble.isSelfTest
      ? [{ ...line, upstream: line.trouble.upstream }]
      : [],
  )
  const longest = patienceFor(silent, takenAt)
  const isOver = !silent.some(({ time }) => (ageOf(time, takenAt) ?? 0) <= longest)
  return silent.filter(({ time, text }) => {
    const age = ageOf(time, takenAt)
    return age === null ? !pod.ready || last.includes(text.slice(0, 200)) : !isOver && age <= 15 * minute
  })
}

/** For how long no new line means nothing yet, in ms: what failed every few seconds is over after three minutes. */
function patienceFor(silent: readonly Silence[], takenAt: number): number {
  const ages = silent.flatMap(({ time }) => ageOf(time, takenAt) ?? []).filter(age => age <= 15 * minute)
  const sorted = ages.sort((a, b) => a - b)
  const gaps = sorted.slice(1).map((age, at) => age - (sorted[at] ?? age))
  const usual = gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0
  return Math.min(15 * minute, Math.max(3 * minute, 3 * usual))
}
const takenForLoop = 'an answer: this release takes its own repeated question for a loop, and nothing leads back to it'

/** Until 1.2.6 the plugin `loop` ended CoreDNS also where its test query met with silence. */
const mistaken = ({ pod, line, kind, others }: DnsLoop, own: Pod): readonly Silence[] =>
  pod === own && line && kind === 'none' && others.length > 0 ? others.map(upstream => ({ ...line, upstream })) : []

/** The end of a log without times, which must be recent. */
const endOf = (pod: Pod, logs: readonly ContainerLog[]): string => {
  const isOwn = ({ namespace, pod: name }: ContainerLog) => namespace === pod.namespace && name === pod.name
  const lines = logs
    .filter(isOwn)
    .map(log => containerLines({ ...log, previous: null satisfies Reading<string> | null }))
  return lines.flatMap(each => each.slice(-3).map(({ text }) => text)).join('\n')
}
