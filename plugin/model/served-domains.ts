import { parseCorefile, zoneOfKey } from '../../shared/formats/corefile.ts'
import { isOk, type Reading } from '../../shared/reading.ts'
import type { ConfigMap } from '../cluster/config-maps.ts'
import type { Pod } from '../cluster/pods.ts'
import type { Service } from '../cluster/services.ts'
import { corefileOf, dnsPodsOf } from './cluster-dns.ts'

/** Under which domains the cluster's DNS serves services, and whether it may know another one by a rewrite. */
export interface ServedDomains {
  /** Never empty. */
  readonly domains: readonly string[]
  readonly mentions: (domain: string) => boolean
}

/** By the Corefiles of CoreDNS; null where none was read, or where one takes its words from elsewhere. */
export function servedDomains(
  service: Service,
  pods: Reading<readonly Pod[]>,
  configMaps: Reading<readonly ConfigMap[]>,
): ServedDomains | null {
  if (!isOk(pods) || !isOk(configMaps)) return null
  const own = dnsPodsOf(pods.value, service).map(pod => corefileOf(pod, configMaps.value))
  const texts = own.flatMap(found => found?.text ?? [])
  const domains = [...new Set(texts.flatMap(zonesOf))]
  const isWhole = texts.length === own.length && !texts.some(text => /\{[$%]|^\s*(?:import|template)\s/m.test(text))
  return isWhole && domains.length > 0 && !domains.includes('.')
    ? { domains, mentions: domain => texts.some(text => mayKnow(text, domain.toLowerCase())) }
    : null
}

/** Names in what only tunes answers, as in `disable success ZONE` of the cache, make nobody know them. */
const tuning = new Set(['cache', 'errors', 'log', 'prometheus', 'loop', 'reload', 'autopath', 'minimal', 'dnssec'])

/** Whether a server is for the domain, or a plugin that answers, rewrites or forwards names it. */
const mayKnow = (text: string, domain: string): boolean =>
  parseCorefile(text).servers.some(({ keys, directives }) =>
    [
      ...keys,
      ...directives
        .filter(({ name }) => !tuning.has(name))
        .flatMap(({ args, options }) => [...args, ...options.flatMap(option => [option.name, ...option.args])]),
    ].some(word => word.toLowerCase().includes(domain)),
  )

/** Zones of the plugin `kubernetes`, or those of its server where it names none; without those of reverse lookups. */
function zonesOf(text: string): readonly string[] {
  return parseCorefile(text).servers.flatMap(({ keys, directives }) =>
    directives
      .filter(({ name }) => name === 'kubernetes')
      .flatMap(({ args }) => (args.length > 0 ? args : keys.map(key => zoneOfKey(key).zone)))
      .map(zone => zone.toLowerCase().replace(/(?!^)\.$/, ''))
      .filter(zone => !/\.arpa$|^[\d.:a-f]+\/\d+$/.test(zone)),
  )
}
