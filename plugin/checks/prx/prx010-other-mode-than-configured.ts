import { isOk } from '../../../shared/reading.ts'
import { clusterCheck, type Draft, foundAmong, type Undecided } from '../../engine/check.ts'
import { onNode, onWorkstation, quote } from '../../model/command.ts'
import { configFile, configuredMode } from '../../model/kube-proxy-files.ts'
import { isKubeProxy } from '../../model/service-proxy.ts'

export default clusterCheck({
  code: 'PRX010',
  severity: 'warning',
  title: 'kube-proxy runs in another mode than configured',
  explains: [],
  cluster: ['pods', 'configMaps'],
  wants: ['kubeProxy'],
  run: ({ cluster: { pods, configMaps }, nodes }) => {
    const drafts: Draft[] = []
    const undecided: Undecided[] = []
    for (const pod of pods.filter(isKubeProxy)) {
      const kubeProxy = pod.node === null ? undefined : nodes.get(pod.node)?.kubeProxy
      const file = configFile(pod, { status: 'ok', value: configMaps })
      const wanted = file && configuredMode(file)
      if (pod.node === null || !kubeProxy || !wanted) continue
      const mode = isOk(kubeProxy) ? kubeProxy.value.mode : kubeProxy
      const { node, namespace } = { ...pod, node: pod.node }
      if (!isOk(mode)) undecided.push({ nodes: [node], why: `the mode of kube-proxy was not read: ${mode.detail}` })
      else if (wanted !== mode.value)
        drafts.push(draft({ node, mode: mode.value, wanted, configMap: file.configMap, namespace }))
    }
    return foundAmong(drafts, undecided)
  },
})

interface Case {
  readonly node: string
  readonly mode: string
  readonly wanted: string
  readonly configMap: string
  readonly namespace: string
}

const draft = ({ node, mode, wanted, configMap, namespace }: Case): Draft => ({
  subject: { kind: 'Node', name: node },
  message: `kube-proxy on ${node} runs in mode ${mode}, while its ConfigMap says ${wanted}`,
  evidence: [
    { at: `${node}: http://127.0.0.1:10249/proxyMode`, observed: mode, expected: wanted },
    { at: `ConfigMap ${configMap}`, observed: `mode: ${wanted}` },
  ],
  danger:
    'what was meant to come with the other mode is not there, and rules of two modes may meet after the next start',
  remedies: [
    {
      title: 'see whether the kernel has what the mode needs, then restart it',
      commands: [
        onNode('lsmod | grep -e ip_vs -e nf_tables; modprobe -a ip_vs ip_vs_rr ip_vs_wrr ip_vs_sh nf_conntrack'),
        onWorkstation(`kubectl -n ${quote(namespace)} rollout restart daemonset kube-proxy`),
      ],
      risk: 'low',
      rollback: `set mode: ${quote(mode)} in the ConfigMap and restart`,
    },
  ],
})
