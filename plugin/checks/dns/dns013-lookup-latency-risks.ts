import type { Evidence } from '../../../shared/finding.ts'
import { isOk } from '../../../shared/reading.ts'
import { clusterCheck, found, notApplicable, passed } from '../../engine/check.ts'
import { dnsPodsOf, dnsServiceOf, dnsSubject, selects } from '../../model/cluster-dns.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { nodeLocalDns } from '../../model/node-local-dns.ts'
import { podKey } from '../../model/pods.ts'

/** Each search domain adds two queries to every lookup of an external name. */
const longList = 3
/** Number of nodes from which node-local caches pay off. */
const manyNodes = 50

export default clusterCheck({
  code: 'DNS013',
  severity: 'info',
  title: 'Risks of slow lookups',
  explains: [],
  wants: ['resolvConf'],
  cluster: ['pods', 'services', 'deployments', 'nodes'],
  wantsCluster: ['daemonSets'],
  decisive: ['resolvConf', 'daemonSets'],
  run: ({ cluster: { pods, services, deployments, nodes }, maybeCluster: { daemonSets }, nodes: read }) => {
    const service = dnsServiceOf(services)
    if (!service) return notApplicable('the cluster has no DNS of its own')
    const behind = deployments.filter(each => each.namespace === service.namespace && selects(service, each.podLabels))
    const only = behind.length === 1 ? behind[0] : undefined
    const risks: Evidence[] = []
    if (only?.desired === 1 && nodes.length > 1) {
      risks.push({
        at: `Deployment ${podKey(only)}`,
        observed: `one replica for ${nodes.length} nodes`,
        expected: 'two or more, on different nodes',
      })
    }
    for (const [node, { resolvConf }] of read) {
      const search = (isOk(resolvConf) ? resolvConf.value.files : []).flatMap(({ content }) =>
        isOk(content) ? [content.value.search] : [],
      )[0]
      if (search && search.length > longList && risks.length < 4) {
        risks.push({
          at: `${node}:/etc/resolv.conf`,
          observed: `${search.length} search domains; with ndots:5 a name of the outside takes ${2 * (search.length + 4)} queries`,
          expected: `${longList} at most`,
        })
      }
    }
    if (nodes.length >= manyNodes && isOk(daemonSets) && nodeLocalDns(daemonSets.value) === null) {
      risks.push({
        at: 'DaemonSets',
        observed: `no cache of DNS on the nodes, of which there are ${nodes.length}`,
        expected: 'NodeLocal DNSCache in a cluster of this size',
      })
    }
    const [first] = risks
    if (!first) return passed
    return found({
      subject: dnsSubject(service, dnsPodsOf(pods, service)),
      message: `lookups may become slow: ${first.observed}`,
      evidence: risks,
      danger: 'one lost or late answer shows as a delay of 5 s in some applications',
      remedies: [
        {
          title: 'run two replicas or more; let applications write names of the outside with a dot at the end',
          commands: [
            onWorkstation(
              `kubectl -n ${quote(service.namespace)} scale deployment/${quote(only?.name ?? 'coredns')} --replicas=2`,
            ),
          ],
          risk: 'none',
        },
      ],
    })
  },
})
