import type { Evidence, Remedy } from '../../../shared/finding.ts'
import { parseCorefile } from '../../../shared/formats/corefile.ts'
import { isOk, valueOr } from '../../../shared/reading.ts'
import { oneLine } from '../../../shared/text.ts'
import type { ContainerLog } from '../../cluster/component-logs.ts'
import type { ConfigMap } from '../../cluster/config-maps.ts'
import type { Pod } from '../../cluster/pods.ts'
import { clusterCheck, found, notApplicable, notRun, passed } from '../../engine/check.ts'
import {
  coreDnsContainer,
  coreDnsVersion,
  corefileOf,
  dnsPodsOf,
  dnsServiceOf,
  dnsSubject,
  type FoundCorefile,
  placeOf,
  troublesOf,
} from '../../model/cluster-dns.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { type CorefileFault, corefileFaults } from '../../model/corefile-faults.ts'
import type { DnsLogLine } from '../../model/dns-log.ts'
import { podKey } from '../../model/pods.ts'

export default clusterCheck({
  code: 'DNS004',
  severity: 'error',
  title: 'Corefile not valid for this CoreDNS',
  explains: ['DNS001', 'DNS019'],
  cluster: ['pods'],
  wantsCluster: ['services', 'configMaps', 'componentLogs'],
  decisive: ['componentLogs'],
  run: ({ cluster: { pods }, maybeCluster: { services, configMaps, componentLogs } }) => {
    const service = isOk(services) ? dnsServiceOf(services.value) : null
    const own = dnsPodsOf(pods, service).filter(pod => coreDnsContainer(pod) !== null)
    if (own.length === 0) return notApplicable('no pod of CoreDNS runs')
    if (!isOk(configMaps) && !isOk(componentLogs)) return notRun(configMaps.detail)
    const judged = own.map(pod =>
      judge(pod, {
        logs: valueOr(componentLogs, []),
        configMaps: valueOr(configMaps, []),
      }),
    )
    const faulty = judged.filter(({ line, faults }) => line !== null || faults.length > 0)
    const [first] = [...faulty].sort((a, b) => Number(a.line === null) - Number(b.line === null))
    if (!first) {
      const isUnread = judged.every(({ corefile }) => corefile === null)
      return isUnread ? notRun('the Corefile of CoreDNS was not read') : passed
    }
    const harmed = faulty.filter(({ line }) => line !== null)
    return found({
      subject: dnsSubject(
        service,
        faulty.map(({ pod }) => pod),
      ),
      severity: harmed.length > 0 ? 'error' : 'warning',
      message: say(first, harmed.length > 0),
      evidence: [...harmed.slice(0, 2).flatMap(logEvidence), ...corefileEvidence(first, valueOr(configMaps, []))],
      danger:
        harmed.length > 0
          ? 'CoreDNS ends at its start: no name is resolved'
          : 'what runs now has read an older file; the next start of CoreDNS fails',
      remedies: [remedy(first)],
    })
  },
})

interface Judged {
  readonly pod: Pod
  readonly version: readonly number[] | null
  readonly corefile: FoundCorefile | null
  readonly faults: readonly CorefileFault[]
  /** The error in the log of an unready pod. */
  readonly line: DnsLogLine | null
}

/** Lines in all CoreDNS files that begin with the rejected item: an imported file may contain it. */
function writtenAt(item: string, namespace: string, configMaps: readonly ConfigMap[]): readonly Evidence[] {
  const own = configMaps.filter(map => map.namespace === namespace && /coredns|dns-default/.test(map.name))
  return own.flatMap(({ name, data }) =>
    Object.entries(valueOr(data, {})).flatMap(([key, text]) =>
      text
        .split('\n')
        .flatMap((line, i) =>
          line.trim().split(/\s+/)[0] === item
            ? [{ at: placeOf({ namespace, configMap: name, key, text }, i + 1), observed: oneLine(line, 160) }]
            : [],
        ),
    ),
  )
}

function judge(
  pod: Pod,
  { logs, configMaps }: { logs: readonly ContainerLog[]; configMaps: readonly ConfigMap[] },
): Judged {
  const version = coreDnsVersion(pod, logs)
  const corefile = corefileOf(pod, configMaps)
  const refused = pod.ready ? undefined : troublesOf(pod, logs).findLast(({ trouble }) => trouble.kind === 'not-parsed')
  const faults = corefile ? corefileFaults(parseCorefile(corefile.text), version) : []
  return { pod, version, corefile, faults, line: refused ?? null }
}

const versionText = ({ version }: Judged): string => `CoreDNS${version ? ` ${version.join('.')}` : ''}`

function say(judged: Judged, isHarmed: boolean): string {
  const item = itemOf(judged)
  const [fault] = judged.faults
  const why = fault ? `: ${fault.why}` : ''
  if (item === null) return `${versionText(judged)} cannot read its Corefile${why}`
  return `${versionText(judged)} ${isHarmed ? 'does' : 'will'} not accept \`${item}\` of its Corefile${why}`
}

/** The item rejected in the log, otherwise by the version tables. */
function itemOf({ line, faults }: Judged): string | null {
  const told = line?.trouble.kind === 'not-parsed' ? line.trouble.item : null
  return faults.find(({ item }) => told === null || item.endsWith(told))?.item ?? told
}

const logEvidence = ({ pod, line }: Judged): readonly Evidence[] =>
  line ? [{ at: `Pod ${podKey(pod)}, log`, observed: line.text }] : []

function corefileEvidence(judged: Judged, configMaps: readonly ConfigMap[]): readonly Evidence[] {
  const { pod, corefile, faults } = judged
  const item = itemOf(judged)
  if (!corefile || faults.length === 0)
    return item === null ? [] : writtenAt(item, pod.namespace, configMaps).slice(0, 3)
  const lines = corefile.text.split('\n')
  return faults.slice(0, 4).map(({ line, why, cure }) => ({
    at: placeOf(corefile, line),
    observed: `${oneLine(lines[line - 1] ?? '', 160)} (${why})`,
    expected: `${cure}${migrated(lines[line - 1] ?? '')}`,
  }))
}

/** The line in the newer plugin's syntax. */
const migrated = (line: string): string =>
  /^\s*proxy\s/.test(line) ? `: ${oneLine(line.replace(/^(\s*)proxy\s/, '$1forward '), 160)}` : ''

function remedy({ pod, corefile }: Judged): Remedy {
  const target = `${quote(pod.namespace)} configmap ${quote(corefile?.configMap ?? 'coredns')}`
  return {
    title: 'keep a copy, change the lines, and let the pods start anew',
    commands: [
      onWorkstation(`kubectl -n ${target.replace(' configmap', ' get configmap')} -o yaml > corefile-before.yaml`),
      onWorkstation(`kubectl -n ${target.replace(' configmap', ' edit configmap')}`),
      onWorkstation(`kubectl -n ${quote(pod.namespace)} delete pod -l k8s-app=kube-dns`),
    ],
    risk: 'low',
    rollback: 'kubectl replace -f corefile-before.yaml',
  }
}
