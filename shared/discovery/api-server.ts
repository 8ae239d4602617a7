import { flagValue } from '../formats/flags.ts'
import { findServers } from '../formats/kubeconfig.ts'
import type { Host } from '../host.ts'
import { isMissing, isOk, ok, type Reading, unavailable } from '../reading.ts'
import { readText } from '../text.ts'
import { findKubeletProcess } from './kubelet-process.ts'

/** Usual kubeconfig files of kubelets: kubeadm, EKS, GKE, k3s, RKE2, MicroK8s, k0s. */
const usualFiles = [
  '/etc/kubernetes/kubelet.conf',
  '/var/lib/kubelet/kubeconfig',
  '/etc/kubernetes/kubelet-kubeconfig',
  '/etc/kubernetes/kubeconfig',
  '/var/lib/rancher/k3s/agent/kubelet.kubeconfig',
  '/var/lib/rancher/rke2/agent/kubelet.kubeconfig',
  '/var/snap/microk8s/current/credentials/kubelet.config',
  '/var/lib/k0s/kubelet.conf',
]

/**
 * The URL at which this node's kubelet reaches the API server, from the kubeconfig named by its flag, otherwise from
 * the usual files.
 */
export async function findApiServer(host: Host): Promise<Reading<string>> {
  const found = await findKubeletProcess(host)
  const named = isOk(found) ? flagValue(found.value.args, 'kubeconfig') : null
  const paths = named?.startsWith('/') ? [named] : usualFiles
  let reason: Reading<string> = unavailable('unsupported', 'no file of the kubelet that names its API server was found')
  for (const path of paths) {
    const text = await readText(host, path)
    const [server] = isOk(text) ? findServers(text.value) : []
    if (server !== undefined) return ok(server)
    if (!isOk(text) && !isMissing(text)) reason = text
  }
  return reason
}
