/** Every address that is asked on the host's loopback, by the name of its recording. Sources: kube-proxy and kubelet defaults. */
export const httpEndpoints = {
  'kubelet-healthz': 'http://127.0.0.1:10248/healthz',
  'kube-proxy-healthz': 'http://127.0.0.1:10256/healthz',
  'kube-proxy-mode': 'http://127.0.0.1:10249/proxyMode',
  'kube-proxy-configz': 'http://127.0.0.1:10249/configz',
} as const satisfies Record<string, string>

export type HttpName = keyof typeof httpEndpoints
