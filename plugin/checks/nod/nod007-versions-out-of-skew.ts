import { clusterCheck, type Draft, found, notRun, passed } from '../../engine/check.ts'
import { onWorkstation } from '../../model/command.ts'
import { type MinorVersion, minorVersion } from '../../model/minor-version.ts'
import { podKey } from '../../model/pods.ts'
import { isKubeProxy } from '../../model/service-proxy.ts'

export default clusterCheck({
  code: 'NOD007',
  severity: 'warning',
  title: 'Versions out of skew',
  explains: [],
  cluster: ['nodes', 'pods', 'serverVersion'],
  run: ({ cluster: { nodes, pods, serverVersion } }) => {
    const server = minorVersion(serverVersion)
    if (!server) return notRun(`the API server’s version ${serverVersion} is no version`)
    const kubelets = nodes.map(({ name, kubeletVersion }) => ({ what: `kubelet of ${name}`, text: kubeletVersion }))
    const proxies = pods
      .filter(isKubeProxy)
      .flatMap(pod => pod.specs.map(({ image }) => ({ what: `Pod ${podKey(pod)}`, text: tagOf(image) })))
    const odd = [...kubelets, ...proxies].filter(({ text }) => isOutOfSkew(minorVersion(text), server))
    return odd.length > 0 ? found(draft(serverVersion, odd)) : passed
  },
})

/** The tag of an image; an image with only a digest has none. */
const tagOf = (image: string): string => /:(?<tag>v?\d[\w.+-]*)(?:@|$)/.exec(image)?.groups?.tag ?? ''

/**
 * Since 1.28 three releases older are supported, before that two; never newer. Source: version skew policy of
 * Kubernetes.
 */
function isOutOfSkew(component: MinorVersion | null, server: MinorVersion): boolean {
  if (!component || component.major !== server.major) return false
  const behind = server.minor - component.minor
  return behind < 0 || behind > (server.minor >= 28 ? 3 : 2)
}

interface Odd {
  readonly what: string
  readonly text: string
}

const draft = (server: string, odd: readonly Odd[]): Draft => ({
  message: `${odd.length === 1 ? odd[0]?.what : `${odd.length} kubelets and kube-proxies`} ${odd.length === 1 ? 'is' : 'are'} of a version that the API server ${server} does not support`,
  evidence: odd.slice(0, 6).map(({ what, text }) => ({
    at: what,
    observed: text,
    expected: `not newer than ${server}, and not older by more than the policy allows`,
  })),
  danger: 'what one side writes the other may not understand; nobody tests this pair',
  remedies: [
    {
      title: 'bring the API server up first, then nodes one by one',
      commands: [onWorkstation('kubectl version; kubectl get nodes')],
      risk: 'none',
    },
  ],
})
