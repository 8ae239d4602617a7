import { isOk, valueOr } from '../../../shared/reading.ts'
import { ownResolver } from '../dns-resolver.ts'
import { isClusterDns } from '../system-services.ts'
import { type Hop, hop } from './hop.ts'
import { nodeOf, type PathScene, podLabel, type Source } from './scene.ts'

/** Whether the source's resolver knows service names; empty when it was not read, or is not the cluster's. */
export function nameHops({ source }: { readonly source: Source }, scene: PathScene): readonly Hop[] {
  const parts = nodeOf(scene, source.node)
  if (source.pod === null || !isOk(parts)) return []
  const own = ownResolver(source.pod, parts.value.podNamespaces)
  if (!own) return []
  const { nameservers } = own.resolver
  const told = { step: 'name', place: podLabel(source.pod) } as const
  const known = valueOr(scene.cluster.services, [])
    .filter(isClusterDns)
    .flatMap(({ clusterIPs }) => clusterIPs)
  const asked = nameservers.join(', ')
  if (known.length === 0) return []
  const isKnown = (server: string) => known.includes(server) || /^(?:169\.254\.|127\.)/.test(server)
  if (nameservers.every(isKnown)) return [hop('ok', { ...told, text: `asks ${asked} for names` })]
  return [
    hop('noted', {
      ...told,
      text: `asks ${asked} for names, and the cluster’s DNS is ${known.join(', ')}`,
      evidence: [{ at: own.place, observed: `nameserver ${asked}`, expected: known.join(', ') }],
    }),
  ]
}
