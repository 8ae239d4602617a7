import type { ApiNode } from '../../cluster/nodes.ts'
import { clusterCheck, type Draft, found, notApplicable } from '../../engine/check.ts'
import { nameOfProduct } from '../../model/cni-products.ts'
import { type KnownPair, knownPairs, type Release, releasesInUse } from '../../model/cni-releases.ts'
import { onWorkstation } from '../../model/command.ts'
import { isBefore, parseVersion } from '../../model/corefile-versions.ts'

export default clusterCheck({
  code: 'CNI018',
  severity: 'warning',
  title: 'CNI release unsupported',
  explains: [],
  cluster: ['nodes', 'pods'],
  run: ({ cluster: { nodes, pods } }) => {
    const releases = releasesInUse(nodes, pods)
    if (releases.length === 0) return notApplicable('no release of a CNI or of containerd is known')
    const kubernetes = newest(nodes)
    const drafts = knownPairs.flatMap(pair => {
      const hit = releases.filter(release => fits(release, pair))
      return hit.length > 0 && isReached(kubernetes, pair) ? [draft(pair, hit, kubernetes)] : []
    })
    return found(...drafts)
  },
})

/** The API server is at least as new as the newest kubelet. */
const newest = (nodes: readonly ApiNode[]): string =>
  nodes
    .map(({ kubeletVersion }) => kubeletVersion)
    .reduce((best, version) => {
      const known = parseVersion(best)
      return known === null || isBefore(known, version) ? version : best
    }, '')

function isReached(kubernetes: string, pair: KnownPair): boolean {
  if (pair.kubernetes === null) return true
  const version = parseVersion(kubernetes)
  return version !== null && !isBefore(version, pair.kubernetes)
}

function fits({ product, version }: Release, pair: KnownPair): boolean {
  const parsed = product === pair.product ? parseVersion(version) : null
  return parsed !== null && !isBefore(parsed, pair.from) && isBefore(parsed, pair.below)
}

function draft({ product, below, why, source }: KnownPair, releases: readonly Release[], kubernetes: string): Draft {
  const name = product === 'containerd' ? 'containerd' : nameOfProduct(product)
  return {
    subject: { kind: 'Cluster', name: 'cluster' },
    key: product,
    message: `${name} ${releases[0]?.version} does not work with what it runs beside (Kubernetes ${kubernetes}): ${why}`,
    evidence: [
      ...releases
        .slice(0, 5)
        .map(({ at, version }) => ({ at, observed: `${name} ${version}`, expected: `${below} or newer` })),
      { at: source, observed: why },
    ],
    danger: 'it fails now or at its next start, without a word about the versions',
    remedies: [
      {
        title: `update ${name} to ${below} or newer`,
        commands: [onWorkstation('kubectl get nodes -o wide'), onWorkstation('kubectl get daemonsets -A -o wide')],
        risk: 'disruptive',
        rollback: 'install the former release again',
      },
    ],
  }
}
