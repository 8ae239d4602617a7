import { isMissing, isOk, valueOr } from '../../../shared/reading.ts'
import type { ContainerLog } from '../../cluster/component-logs.ts'
import type { Pod } from '../../cluster/pods.ts'
import type { SystemAccount } from '../../cluster/system-rights.ts'
import { clusterCheck, found, notApplicable, notRun, passed } from '../../engine/check.ts'
import {
  coreDnsContainer,
  coreDnsVersion,
  dnsPodsOf,
  dnsServiceOf,
  dnsSubject,
  troublesOf,
} from '../../model/cluster-dns.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { isBefore } from '../../model/corefile-versions.ts'
import type { DnsLogLine } from '../../model/dns-log.ts'
import { ageOf, minute, podKey } from '../../model/pods.ts'

export default clusterCheck({
  code: 'DNS007',
  severity: 'error',
  title: 'CoreDNS lacks rights',
  explains: ['DNS001'],
  cluster: ['pods'],
  wantsCluster: ['services', 'systemRights', 'componentLogs'],
  decisive: ['componentLogs'],
  run: ({ cluster: { pods }, maybeCluster: { services, systemRights, componentLogs }, takenAt }) => {
    const service = isOk(services) ? dnsServiceOf(services.value) : null
    const own = dnsPodsOf(pods, service).filter(pod => coreDnsContainer(pod) !== null)
    if (own.length === 0) return notApplicable('no pod of CoreDNS runs')
    if (!isOk(systemRights) && !isOk(componentLogs)) return notRun(systemRights.detail)
    const logs = isOk(componentLogs) ? componentLogs.value : []
    const accounts = isOk(systemRights) ? systemRights.value : []
    const judged = own.map(pod => ({
      pod,
      refusal: refusalOf(pod, { logs, takenAt }),
      lacking: pod.ready ? null : lackingOf(pod, { logs, accounts }),
    }))
    const hit = judged.filter(({ refusal, lacking }) => refusal !== null || lacking !== null)
    const [first] = hit
    if (!first) return passed
    const account = `${first.pod.namespace}/${first.pod.serviceAccount}`
    return found({
      subject: dnsSubject(
        service,
        hit.map(({ pod }) => pod),
      ),
      message: `the account ${account} of CoreDNS may not read what CoreDNS serves${first.lacking ? `: ${first.lacking}` : ''}`,
      evidence: [
        ...hit
          .slice(0, 2)
          .flatMap(({ pod, refusal }) => (refusal ? [{ at: `Pod ${podKey(pod)}, log`, observed: refusal.text }] : [])),
        ...(first.lacking
          ? [
              {
                at: `ClusterRoles bound to ServiceAccount ${account}`,
                observed: first.lacking,
                expected: 'list and watch of services, namespaces and endpointslices.discovery.k8s.io',
              },
            ]
          : []),
      ],
      danger: 'CoreDNS does not know services: it is not ready, or answers their names with an error',
      remedies: [grant(first.pod)],
    })
  },
})

/** A current refusal: of an unready pod, or of the last 15 minutes. */
function refusalOf(pod: Pod, { logs, takenAt }: { logs: readonly ContainerLog[]; takenAt: number }): DnsLogLine | null {
  const lines = troublesOf(pod, logs).filter(({ trouble }) => trouble.kind === 'forbidden')
  const age = (line: DnsLogLine) => ageOf(line.time, takenAt) ?? Number.POSITIVE_INFINITY
  return lines.findLast(line => !pod.ready || age(line) <= 15 * minute) ?? null
}

/** What the account lacks, as a phrase; null when it lacks nothing or a role was not read. */
function lackingOf(
  pod: Pod,
  { logs, accounts }: { logs: readonly ContainerLog[]; accounts: readonly SystemAccount[] },
): string | null {
  const account = accounts.find(({ namespace, name }) => namespace === pod.namespace && name === pod.serviceAccount)
  const version = coreDnsVersion(pod, logs)
  if (!account) return null
  if (isMissing(account.account)) return `the ServiceAccount ${pod.serviceAccount} does not exist`
  if (account.roles.length === 0) return 'no ClusterRoleBinding names the account'
  const gone = account.roles.find(({ rules }) => isMissing(rules))
  if (gone) return `the ClusterRole ${gone.name} of the binding ${gone.binding} does not exist`
  if (account.roles.some(({ rules }) => !isOk(rules))) return null
  const slices = version !== null && !isBefore(version, '1.8.1')
  const wanted = [
    ...['services', 'namespaces'].map(resource => ({ group: '', resource })),
    ...(slices ? [{ group: 'discovery.k8s.io', resource: 'endpointslices' }] : []),
  ]
  const refused = wanted.flatMap(each =>
    ['list', 'watch'].flatMap(verb => (allows(account, { ...each, verb }) ? [] : [`${verb} ${each.resource}`])),
  )
  return refused.length === 0 ? null : `no right to ${refused.join(', ')}`
}

const allows = (
  { roles }: SystemAccount,
  { group, resource, verb }: { group: string; resource: string; verb: string },
): boolean =>
  roles
    .flatMap(({ rules }) => valueOr(rules, []))
    .some(rule => holds(rule.apiGroups, group) && holds(rule.resources, resource) && holds(rule.verbs, verb))

const holds = (list: readonly string[], wanted: string): boolean => list.includes('*') || list.includes(wanted)

function grant({ namespace, serviceAccount }: Pod) {
  const name = 'coredns-endpointslices'
  const account = quote(`${namespace}:${serviceAccount}`)
  return {
    title: 'give the account what this CoreDNS needs; where a chart or kubeadm made the role, update it there',
    commands: [
      onWorkstation(
        `kubectl create clusterrole ${name} --verb=list,watch --resource=services,namespaces,pods,endpoints,endpointslices.discovery.k8s.io`,
      ),
      onWorkstation(`kubectl create clusterrolebinding ${name} --clusterrole=${name} --serviceaccount=${account}`),
    ],
    risk: 'low' as const,
    rollback: `kubectl delete clusterrolebinding,clusterrole ${name}`,
  }
}
