/**
 * Every endpoint that is requested on the host's loopback, by the name of its recording. Sources: defaults of
 * kube-proxy, kubelet, Weave (`prog/weaver/http.go`) and the AWS VPC CNI (`ipamd/introspect.go`).
 */
export const httpEndpoints = {
  'kubelet-healthz': 'http://127.0.0.1:10248/healthz',
  'kube-proxy-healthz': 'http://127.0.0.1:10256/healthz',
  'kube-proxy-mode': 'http://127.0.0.1:10249/proxyMode',
  'kube-proxy-configz': 'http://127.0.0.1:10249/configz',
  'weave-status': 'http://127.0.0.1:6784/status',
  'weave-status-ipam': 'http://127.0.0.1:6784/status/ipam',
  'weave-ip': 'http://127.0.0.1:6784/ip',
  'aws-enis': 'http://127.0.0.1:61679/v1/enis',
} as const satisfies Record<string, string>

/** The API server at its Service's address, and at the address that this node's kubelet uses. */
export type ApiServerName = 'apiserver-service' | 'apiserver-endpoint'

export type HttpName = keyof typeof httpEndpoints | ApiServerName
