import type { ApiNode } from '../cluster/nodes.ts'
import type { Pod } from '../cluster/pods.ts'
import { type ComponentId, components } from './components.ts'

/** Releases known not to work together, with the source. */
export interface KnownPair {
  readonly product: ComponentId | 'containerd'
  /** First affected release; `below` is the first fixed one. */
  readonly from: string
  readonly below: string
  /** First incompatible Kubernetes release; null for all. */
  readonly kubernetes: string | null
  readonly why: string
  readonly source: string
}

/** All known incompatible releases. */
export const knownPairs: readonly KnownPair[] = [
  {
    product: 'calico',
    from: '0.0',
    below: '3.23.0',
    kubernetes: '1.25.0',
    why: 'it lists EndpointSlices of discovery.k8s.io/v1beta1, which is no longer served',
    source: 'https://github.com/projectcalico/calico/issues/7032',
  },
  {
    product: 'cilium',
    from: '0.0',
    below: '1.10.0',
    kubernetes: '1.25.0',
    why: 'it lists EndpointSlices of discovery.k8s.io/v1beta1, which is no longer served',
    source: 'https://github.com/cilium/cilium/issues/15594',
  },
  {
    product: 'containerd',
    from: '1.6.0',
    below: '1.6.4',
    kubernetes: null,
    why: 'it refuses plugins of an older CNI version, and cannot remove networks whose configuration names no version',
    source:
      'https://kubernetes.io/docs/tasks/administer-cluster/migrating-from-dockershim/troubleshooting-cni-plugin-related-errors/',
  },
]

/** A release in use, and where. */
export interface Release {
  readonly product: KnownPair['product']
  readonly version: string
  readonly at: string
}

/** Releases from agents' image tags and from Nodes; an image with only a digest shows none. */
export const releasesInUse = (nodes: readonly ApiNode[], pods: readonly Pod[]): readonly Release[] => [
  ...pods.flatMap(releasesOf),
  ...nodes.flatMap(({ name, runtimeVersion }) => {
    const version = /^containerd:\/\/(?<version>.+)$/.exec(runtimeVersion)?.groups?.version
    return version ? [{ product: 'containerd' as const, version, at: `Node ${name}` }] : []
  }),
]

const releasesOf = ({ namespace, name, specs }: Pod): readonly Release[] =>
  components
    .filter(({ kind }) => kind === 'cni')
    .flatMap(({ id, image }) => {
      const tag = specs.flatMap(spec => (image.test(spec.image) ? (tagOf(spec.image) ?? []) : []))[0]
      return tag === undefined ? [] : [{ product: id, version: tag, at: `Pod ${namespace}/${name}` }]
    })

const tagOf = (image: string): string | null => /:(?<tag>v?\d+\.\d[\w.+-]*)(?:@|$)/.exec(image)?.groups?.tag ?? null
