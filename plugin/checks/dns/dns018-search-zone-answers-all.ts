import type { Resolver } from '../../../shared/formats/resolv-conf.ts'
import type { PodNamespaces } from '../../../shared/node/pod-namespaces.ts'
import type { ResolvConf } from '../../../shared/node/resolv-conf.ts'
import { isOk, type Reading } from '../../../shared/reading.ts'
import { clusterCheck, found, foundAmong, notRun } from '../../engine/check.ts'
import { whyAnswersAll } from '../../model/answering-zones.ts'
import { onNode, onWorkstation, quote } from '../../model/command.ts'

export default clusterCheck({
  code: 'DNS018',
  severity: 'warning',
  title: 'Search list swallows names',
  explains: ['DNS012', 'DNS013', 'DNS017'],
  wants: ['resolvConf', 'podNamespaces'],
  cluster: [],
  decisive: ['podNamespaces'],
  run: ({ nodes }) => {
    const lists = [...nodes].flatMap(([node, { resolvConf, podNamespaces }]) => [
      ...ofNode(node, resolvConf),
      ...ofPods(node, podNamespaces),
    ])
    const unread = [...nodes].filter(([, { resolvConf }]) => !isOk(resolvConf)).map(([node]) => node)
    if (lists.length === 0) return unread.length > 0 || nodes.size === 0 ? notRun('no search list was read') : found()
    const hits = lists.flatMap(({ node, place, resolver }) =>
      resolver.search.flatMap(domain => {
        const why = whyAnswersAll(domain)
        return why === null ? [] : [{ node, place, domain, why, resolver }]
      }),
    )
    const undecided = unread.length > 0 ? [{ nodes: unread, why: '/etc/resolv.conf was not read' }] : []
    const [first] = hits
    if (!first) return foundAmong([], undecided)
    const names = [...new Set(hits.map(({ node }) => node))].sort()
    const domains = [...new Set(hits.map(({ domain }) => domain))].sort()
    return foundAmong(
      [
        {
          subject: { kind: 'Cluster', name: 'cluster' },
          key: domains[0] ?? '',
          message: `the search list of ${names.length === 1 ? names[0] : `${names.length} nodes`} holds ${domains.join(', ')}, which answers every name`,
          evidence: distinct(hits).map(({ place, domain, why, resolver }) => ({
            at: place,
            observed: `search ${resolver.search.join(' ')}: ${domain} is ${why}`,
            expected: 'only domains that know their own names',
          })),
          danger:
            'a name with fewer than five dots is first looked up below each search domain: names of the outside, and mistyped ones, become an address of somebody else',
          remedies: [
            {
              title:
                'take the domain out of the search list of the nodes, at its source (DHCP, NetworkManager, netplan)',
              commands: [
                onNode('resolvectl domain 2>/dev/null; grep -n search /etc/resolv.conf'),
                onWorkstation(`dig +short surely-not-there.${quote(first.domain)}   # an address shows it`),
              ],
              risk: 'low',
              rollback: 'put the domain back',
            },
          ],
        },
      ],
      undecided,
    )
  },
})

interface List {
  readonly node: string
  readonly place: string
  readonly resolver: Resolver
}

const ofNode = (node: string, resolvConf: Reading<ResolvConf>): readonly List[] =>
  (isOk(resolvConf) ? resolvConf.value.files : []).flatMap(({ path, content }) =>
    isOk(content) ? [{ node, place: `${node}:${path}`, resolver: content.value }] : [],
  )

const ofPods = (node: string, podNamespaces: Reading<PodNamespaces>): readonly List[] =>
  (isOk(podNamespaces) ? podNamespaces.value.namespaces : [])
    .flatMap(({ pods }) => pods)
    .flatMap(({ namespace, name, uid, resolver }) =>
      isOk(resolver)
        ? [
            {
              node,
              place: `Pod ${namespace === null ? uid : `${namespace}/${name}`}: /etc/resolv.conf`,
              resolver: resolver.value,
            },
          ]
        : [],
    )

/** One hit per place, five at most. */
const distinct = <T extends { readonly place: string }>(hits: readonly T[]): readonly T[] =>
  [...new Map(hits.map(hit => [hit.place, hit])).values()].slice(0, 5)
