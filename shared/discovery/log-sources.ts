import type { CommandName } from '../commands.ts'

/** A possible location of a program's log. */
export interface LogSource {
  readonly component: 'kubelet' | 'runtime' | 'kube-proxy' | 'cni'
  /** A journal's command, or a file's path. */
  readonly journal?: CommandName
  readonly path?: string
  /** A path that exists if the log can exist. */
  readonly marker?: string
}

const journal = (component: LogSource['component'], name: CommandName, marker?: string): LogSource => ({
  component,
  journal: name,
  ...(marker === undefined ? {} : { marker }),
})
const file = (component: LogSource['component'], path: string): LogSource => ({ component, path })

/** Sources: units and files in the distributions' packages; documentation of CNI plugins. */
export const logSources: readonly LogSource[] = [
  journal('kubelet', 'journal-kubelet'),
  journal('kubelet', 'journal-k3s', '/var/lib/rancher/k3s'),
  journal('kubelet', 'journal-rke2', '/var/lib/rancher/rke2'),
  journal('kubelet', 'journal-k0s', '/etc/k0s'),
  journal('kubelet', 'journal-microk8s', '/var/snap/microk8s'),
  journal('kubelet', 'journal-health-monitor', '/home/kubernetes'),
  file('kubelet', '/var/log/kubelet.log'),
  file('kubelet', '/var/log/k3s.log'),
  file('kubelet', '/var/lib/rancher/rke2/agent/logs/kubelet.log'),
  journal('runtime', 'journal-containerd'),
  journal('runtime', 'journal-crio', '/etc/crio'),
  journal('runtime', 'journal-docker', '/var/lib/docker'),
  file('runtime', '/var/log/containerd.log'),
  file('runtime', '/var/lib/rancher/k3s/agent/containerd/containerd.log'),
  file('runtime', '/var/lib/rancher/rke2/agent/containerd/containerd.log'),
  file('kube-proxy', '/var/log/kube-proxy.log'),
  file('cni', '/var/log/calico/cni/cni.log'),
  file('cni', '/var/log/aws-routed-eni/ipamd.log'),
  file('cni', '/var/log/aws-routed-eni/plugin.log'),
  file('cni', '/var/log/azure-vnet.log'),
  file('cni', '/var/run/cilium/cilium-cni.log'),
]

/** System-wide logs, read when there is no journal; `programsOfLogs` assigns their lines. */
export const systemLogs: readonly string[] = ['/var/log/syslog', '/var/log/messages']

/** The programs whose lines in system-wide logs belong to a component. */
export const programsOfLogs: readonly { readonly component: LogSource['component']; readonly programs: RegExp }[] = [
  { component: 'kubelet', programs: /^(?:kubelet|k3s|rke2|k0s|microk8s\.daemon-kubelite)$/ },
  { component: 'runtime', programs: /^(?:containerd|crio|dockerd|cri-dockerd)$/ },
  { component: 'kube-proxy', programs: /^kube-proxy$/ },
]
