import { describeDns, dnsClusterParts, dnsParts, type NodeDns } from '../../model/dns-overview.ts'
import { defineView } from '../view.ts'

const list = (items: readonly string[] | null | undefined): string => (items ? items.join(' ') || '-' : '?')

/** Which resolver the pods of each node use, and which one CoreDNS uses there. */
export const dnsView = defineView<NodeDns>({
  areas: ['DNS'],
  parts: dnsParts,
  cluster: dnsClusterParts,
  takesName: null,
  key: 'dns',
  none: 'there are no nodes',
  rows: snapshot => describeDns(snapshot),
  columns: [
    ['NODE', ({ name }) => name],
    ['PODS ASK', ({ clusterDNS }) => list(clusterDNS)],
    ['DNS PODS', ({ pods }) => pods.join(', ') || '-'],
    ['FORWARDED TO', ({ resolver }) => list(resolver?.servers)],
    ['SEARCH', ({ resolver }) => list(resolver?.search)],
  ],
  wideColumns: [['FROM', ({ resolver }) => resolver?.place ?? '?']],
})
