import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type NodePlan, network } from '../plan/plan.ts'
import { conflist, plugins, resultFiles, storeFiles } from './cni-files.ts'
import { idleProgram } from './idle-program.ts'
import { apiPort } from './loopback-services.ts'

/** Writes the file system of a node below a folder: what a container runtime and a kubelet keep there. */
export async function writeHostRoot(root: string, node: NodePlan): Promise<void> {
  const files: Readonly<Record<string, string>> = {
    'etc/hostname': `${node.name}\n`,
    'etc/hosts': `127.0.0.1 localhost\n${node.address} ${node.name}\n`,
    'etc/resolv.conf': `nameserver ${network.gateway}\n`,
    'etc/os-release': osRelease,
    'etc/containerd/config.toml': containerdConfig,
    [`etc/cni/net.d/${network.configFile}`]: conflist(node),
    'etc/kubernetes/kubelet.conf': kubeletKubeconfig,
    'etc/kubernetes/manifests/.keep': '',
    'var/lib/kubelet/config.yaml': kubeletConfig,
    ...under(`var/lib/cni/networks/${network.name}`, storeFiles(node.pods)),
    ...under('var/lib/cni/results', resultFiles(node)),
  }
  await Promise.all(Object.entries(files).map(([path, text]) => writeBelow(root, path, text)))
  await Promise.all([
    ...plugins.map(name => writePlugin(root, name)),
    ...['run/containerd', 'usr', 'proc', 'sys', 'dev', 'tmp', 'var/log', 'opt/programs'].map(folder =>
      mkdir(join(root, folder), { recursive: true }),
    ),
  ])
  await symlink('../run', join(root, 'var/run'))
}

export async function writeBelow(root: string, path: string, content: string | Uint8Array): Promise<void> {
  const file = join(root, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, content)
}

/** Puts a CNI plugin into the node's folder of plugins. */
export const writePlugin = (root: string, name: string): Promise<void> => writeProgram(join(root, 'opt/cni/bin', name))

/** Writes the idle program under another name. */
export async function writeProgram(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, idleProgram())
  await chmod(path, 0o755)
}

const under = (folder: string, files: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]))

const osRelease = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
`

const containerdConfig = `version = 3
root = "/var/lib/containerd"
state = "/run/containerd"
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins.'io.containerd.cri.v1.runtime'.cni]
  bin_dirs = ["/opt/cni/bin"]
  conf_dir = "/etc/cni/net.d"
`

const kubeletKubeconfig = `apiVersion: v1
kind: Config
clusters:
- name: default-cluster
  cluster:
    server: https://127.0.0.1:${apiPort}
contexts: []
users: []
`

const kubeletConfig = `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: systemd
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
clusterDNS: [${network.clusterDns}]
clusterDomain: cluster.local
resolvConf: /etc/resolv.conf
staticPodPath: /etc/kubernetes/manifests
`
