import type { Deployment } from '../../cluster/deployments.ts'
import type { Service } from '../../cluster/services.ts'
import { clusterCheck, found, notApplicable, passed } from '../../engine/check.ts'
import { dnsServiceOf, dnsSubject, selects } from '../../model/cluster-dns.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { podKey } from '../../model/pods.ts'

export default clusterCheck({
  code: 'DNS006',
  severity: 'warning',
  title: 'Two DNS deployments behind one service',
  explains: ['DNS016'],
  cluster: ['services', 'deployments'],
  run: ({ cluster: { services, deployments } }) => {
    const service = dnsServiceOf(services)
    if (!service) return notApplicable('the cluster has no DNS of its own')
    const serving = deployments.filter(deployment => isBehind(service, deployment))
    const [first, ...others] = [...serving].sort((a, b) => (a.createdAt ?? '').localeCompare(b.createdAt ?? ''))
    if (!first || others.length === 0) return passed
    const namespace = quote(service.namespace)
    return found({
      subject: dnsSubject(service, []),
      message: `${serving.length} deployments answer behind ${podKey(service)}: ${serving.map(({ name }) => name).join(', ')}`,
      evidence: serving.map(deployment => ({
        at: `Deployment ${podKey(deployment)}`,
        observed: `${deployment.desired} replicas of ${deployment.containers[0]?.image ?? 'no image'}, labels ${JSON.stringify(deployment.podLabels)}`,
        expected: 'one deployment that the service selects',
      })),
      danger: 'one lookup in two is answered by a server with other settings and perhaps an older state',
      remedies: [
        {
          title: `scale down the one that is left over, here ${first.name} as the older or first one; see first which is kept up to date`,
          commands: [onWorkstation(`kubectl -n ${namespace} scale deployment/${quote(first.name)} --replicas=0`)],
          risk: 'disruptive',
          rollback: `kubectl -n ${namespace} scale deployment/${quote(first.name)} --replicas=${first.desired}`,
        },
      ],
    })
  },
})

const isBehind = (service: Service, { namespace, desired, podLabels }: Deployment): boolean =>
  namespace === service.namespace && desired > 0 && selects(service, podLabels)
