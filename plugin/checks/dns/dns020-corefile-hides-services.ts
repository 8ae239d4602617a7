import { isOk } from '../../../shared/reading.ts'
import { clusterCheck, found, notApplicable, notRun, passed } from '../../engine/check.ts'
import { coreDnsContainer, corefileOf, dnsPodsOf, dnsServiceOf, dnsSubject, placeOf } from '../../model/cluster-dns.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { obstaclesIn } from '../../model/corefile-obstacles.ts'

export default clusterCheck({
  code: 'DNS020',
  severity: 'error',
  title: 'Corefile keeps pods from the names of services',
  explains: ['DNS017'],
  cluster: ['pods', 'configMaps'],
  wantsCluster: ['services'],
  run: ({ cluster: { pods, configMaps }, maybeCluster: { services } }) => {
    const service = isOk(services) ? dnsServiceOf(services.value) : null
    const own = dnsPodsOf(pods, service).filter(pod => coreDnsContainer(pod) !== null)
    if (own.length === 0) return notApplicable('no pod of CoreDNS runs')
    const corefiles = own.flatMap(pod => corefileOf(pod, configMaps) ?? [])
    const [corefile] = corefiles
    if (!corefile) return notRun('the Corefile of CoreDNS was not read')
    const obstacles = obstaclesIn(corefile.text, pods)
    const [first] = obstacles
    if (!first) return passed
    const { namespace, configMap } = corefile
    return found({
      subject: dnsSubject(service, own),
      message: `the Corefile of CoreDNS ${first.does}: \`${first.text}\``,
      evidence: obstacles.slice(0, 4).map(({ line, text }) => ({
        at: placeOf(corefile, line),
        observed: text,
        expected: 'plugin kubernetes answers what pods ask of services',
      })),
      danger: 'these pods find no service by its name, though CoreDNS is well and answers others',
      remedies: [
        {
          title: `take line ${first.line} out; CoreDNS reads the file again within two minutes`,
          commands: [
            onWorkstation(
              `kubectl -n ${quote(namespace)} get configmap ${quote(configMap)} -o yaml > corefile.before.yaml`,
            ),
            onWorkstation(`kubectl -n ${quote(namespace)} edit configmap ${quote(configMap)}`),
          ],
          risk: 'low',
          rollback: 'kubectl replace -f corefile.before.yaml',
        },
      ],
    })
  },
})
