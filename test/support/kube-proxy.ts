import { apiNode, configMap, configVolume, containerLog, containerSpec, crashing, daemonPod } from './api-objects.ts'
import type { GivenCluster, GivenParts } from './snapshot.ts'
import { snapshot } from './snapshot.ts'

/** The snapshot is of 12:00 on the first of January. */
const minuteBefore = 'E0101 11:59:00.000001       1 server.go:1]'
const hoursBefore = 'E0101 05:00:00.000001       1 server.go:1]'

/** kube-proxy of node1 as kubeadm makes it, reading `config` from its ConfigMap. */
export const kubeProxyPod = (
  change: Parameters<typeof daemonPod>[2] = {},
  config = '/var/lib/kube-proxy/config.conf',
) =>
  daemonPod('registry.k8s.io/kube-proxy:v1.36.0', 'kube-proxy', {
    volumes: [configVolume('kube-proxy')],
    specs: [
      containerSpec({
        name: 'kube-proxy',
        image: 'registry.k8s.io/kube-proxy:v1.36.0',
        command: ['/usr/local/bin/kube-proxy', `--config=${config}`],
        mounts: [{ volume: 'kube-proxy', path: '/var/lib/kube-proxy', subPath: '' }],
      }),
    ],
    ...change,
  })

interface Given {
  /** What it logged a minute ago, without the head of the line. */
  readonly says?: string
  /** What it logged hours ago. */
  readonly said?: string
  readonly crashed?: boolean
  readonly pods?: GivenCluster['pods']
  readonly parts?: GivenParts
}

/** A cluster of one node whose kube-proxy has logged that. */
export function kubeProxySnapshot({ says, said, crashed = false, pods, parts = {} }: Given) {
  const text = [said && `${hoursBefore} ${said}`, says && `${minuteBefore} ${says}`].filter(Boolean).join('\n')
  return snapshot({
    cluster: {
      nodes: [apiNode()],
      pods: pods ?? [kubeProxyPod(crashed ? crashing('kube-proxy') : {})],
      componentLogs: [containerLog('kube-proxy', text)],
      configMaps: [
        configMap('kube-proxy', {
          'config.conf': 'mode: ipvs\nclientConnection:\n  kubeconfig: /var/lib/kube-proxy/kubeconfig.conf\n',
          'kubeconfig.conf': '',
        }),
      ],
    },
    nodes: { node1: parts },
  })
}
