/** Distribution-specific paths. Sources: the projects' documentation and install scripts. */
export interface Distribution {
  /** A path that exists where this distribution is installed. */
  readonly marker: string
  /** Its runtime's socket. */
  readonly socket: string
  readonly containerdConfig?: string
  readonly configDirectory?: string
  readonly binaryDirectories?: readonly string[]
}

const containerd = '/run/containerd/containerd.sock'
const crio = '/run/crio/crio.sock'

/** Distributions with paths of their own. */
export const distributions: readonly Distribution[] = [
  {
    marker: '/var/lib/rancher/rke2/agent',
    socket: '/run/k3s/containerd/containerd.sock',
    containerdConfig: '/var/lib/rancher/rke2/agent/etc/containerd/config.toml',
  },
  {
    marker: '/var/lib/rancher/k3s/agent',
    socket: '/run/k3s/containerd/containerd.sock',
    containerdConfig: '/var/lib/rancher/k3s/agent/etc/containerd/config.toml',
    configDirectory: '/var/lib/rancher/k3s/agent/etc/cni/net.d',
    binaryDirectories: ['/var/lib/rancher/k3s/data/cni', '/var/lib/rancher/k3s/data/current/bin'],
  },
  {
    marker: '/var/snap/microk8s/current',
    socket: '/var/snap/microk8s/common/run/containerd.sock',
    containerdConfig: '/var/snap/microk8s/current/args/containerd.toml',
    configDirectory: '/var/snap/microk8s/current/args/cni-network',
    binaryDirectories: ['/var/snap/microk8s/current/opt/cni/bin'],
  },
  { marker: '/etc/k0s', socket: '/run/k0s/containerd.sock', containerdConfig: '/etc/k0s/containerd.toml' },
  {
    // OpenShift
    marker: '/etc/kubernetes/cni/net.d',
    socket: crio,
    configDirectory: '/etc/kubernetes/cni/net.d',
    binaryDirectories: ['/var/lib/cni/bin', '/usr/libexec/cni'],
  },
  { marker: '/run/cni/bin', socket: crio, binaryDirectories: ['/run/cni/bin', '/usr/libexec/cni'] },
  // Google's node images
  { marker: '/home/kubernetes/bin', socket: containerd, binaryDirectories: ['/home/kubernetes/bin'] },
  // Talos
  { marker: '/etc/cri', socket: containerd, containerdConfig: '/etc/cri/containerd.toml' },
]

/** Sockets of all known runtimes, most common first. */
export const runtimeSockets: readonly string[] = [
  containerd,
  crio,
  ...new Set(distributions.map(({ socket }) => socket).filter(socket => socket !== containerd && socket !== crio)),
  '/run/cri-dockerd.sock',
  '/run/dockershim.sock',
]

/** The CNI directories of everybody else. */
export const defaultDirectories = { config: '/etc/cni/net.d', binaries: ['/opt/cni/bin'] } as const

/** The usual configuration files of containerd. */
export const defaultContainerdConfigs = ['/etc/containerd/config.toml', '/usr/share/containerd/config.toml'] as const

/** Directories of CNI configuration that some distribution or tool uses. */
export const knownConfigDirectories: readonly string[] = [
  ...new Set([
    defaultDirectories.config,
    ...distributions.flatMap(({ configDirectory }) => configDirectory ?? []),
    '/run/multus/cni/net.d',
    '/run/flannel/cni/net.d',
    '/usr/local/etc/cni/net.d',
  ]),
]
