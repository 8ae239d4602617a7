import { versions } from '../plan/plan.ts'

/** How an image behaves: its command is run, it only seems to run, or it cannot be pulled. */
export type ImageKind = 'runs' | 'pretends' | 'unknown'

/** Node images run their command with this machine's Node. */
export function kindOf(image: string): ImageKind {
  if (/^((docker\.io|localhost:\d+|mirror\.internal)\/)?(library\/)?node:\d+/.test(image)) return 'runs'
  return pretending.has(image) ? 'pretends' : 'unknown'
}

const pretending: ReadonlySet<string> = new Set([
  versions.kubeProxyImage,
  versions.coreDnsImage,
  versions.webImage,
  'busybox:1.36',
])

/** The error of a pull from a registry that cannot be reached, in containerd's words. */
export function pullError(image: string): string {
  const slash = image.indexOf('/')
  const first = image.slice(0, slash)
  const registry = slash > 0 && /[.:]/.test(first) ? first : 'registry-1.docker.io'
  const [repository = '', tag = 'latest'] = image.slice(/[.:]/.test(first) ? slash + 1 : 0).split(':')
  const reason = `Head "https://${registry}/v2/${repository}/manifests/${tag}": dial tcp: lookup ${registry} on 172.31.0.1:53: no such host`
  return `failed to pull and unpack image "${image}": failed to resolve image: failed to do request: ${reason}`
}
