/** Versions with a plugin or property; null means since the beginning, or still supported. */
interface Life {
  readonly since: string | null
  /** First version that refuses it. */
  readonly until: string | null
}

const from = (since: string): Life => ({ since, until: null })
const before = (until: string): Life => ({ since: null, until })

/**
 * CoreDNS plugins that not every version since 1.0.0 has. Source: plugin.cfg of each tag of github.com/coredns/coredns
 * up to 1.14.7. Plugins in none of them may be external and are not judged.
 */
export const pluginLives: Readonly<Record<string, Life>> = {
  acl: from('1.6.4'),
  any: from('1.5.1'),
  azure: from('1.6.2'),
  bufsize: from('1.6.6'),
  cancel: from('1.5.0'),
  clouddns: from('1.6.3'),
  dns64: from('1.7.0'),
  federation: before('1.7.0'),
  forward: from('1.0.5'),
  geoip: from('1.8.5'),
  grpc: from('1.5.0'),
  grpc_server: from('1.14.0'),
  header: from('1.8.5'),
  https: from('1.14.0'),
  https3: from('1.14.0'),
  k8s_external: from('1.3.0'),
  local: from('1.8.1'),
  loop: from('1.2.1'),
  metadata: from('1.2.0'),
  minimal: from('1.8.4'),
  multisocket: from('1.12.0'),
  nomad: from('1.13.0'),
  nsid: from('1.0.1'),
  proxy: before('1.5.0'),
  proxyproto: from('1.14.3'),
  quic: from('1.12.2'),
  ready: from('1.5.0'),
  reload: from('1.1.0'),
  reverse: before('1.2.0'),
  route53: from('1.0.5'),
  shed: from('1.14.7'),
  shutdown: before('1.1.1'),
  sign: from('1.6.3'),
  startup: before('1.1.1'),
  template: from('1.0.3'),
  timeouts: from('1.10.1'),
  transfer: from('1.6.5'),
  tsig: from('1.9.4'),
  view: from('1.10.0'),
}

/** Properties of commonly used plugins. Source: setup.go of each plugin in each tag up to 1.14.7. */
export const propertyLives: Readonly<Record<string, Readonly<Record<string, Life>>>> = {
  kubernetes: {
    resyncperiod: before('1.7.0'),
    upstream: before('1.7.0'),
    transfer: before('1.8.0'),
    ignore: from('1.1.3'),
    kubeconfig: from('1.2.3'),
    namespace_labels: from('1.5.0'),
    multicluster: from('1.12.2'),
    startup_timeout: from('1.12.3'),
    apiserver_burst: from('1.14.0'),
    apiserver_max_inflight: from('1.14.0'),
    apiserver_qps: from('1.14.0'),
    zonal: from('1.14.7'),
  },
  forward: {
    prefer_udp: from('1.2.0'),
    max_concurrent: from('1.6.8'),
    next: from('1.11.4'),
    failfast_all_unhealthy_upstreams: from('1.12.1'),
    failover: from('1.13.0'),
    max_connect_attempts: from('1.13.2'),
    max_idle_conns: from('1.14.1'),
    max_age: from('1.14.3'),
    next_on_nodata: from('1.14.4'),
    resolver: from('1.14.4'),
    doh_method: from('1.14.5'),
    read_timeout: from('1.14.5'),
    source_address: from('1.14.6'),
  },
  cache: {
    serve_stale: from('1.6.6'),
    disable: from('1.9.4'),
    servfail: from('1.9.4'),
    keepttl: from('1.10.1'),
    prefer_positive: from('1.14.7'),
    serve_stale_policy: from('1.14.7'),
  },
  health: { lameduck: from('1.0.5') },
  errors: { consolidate: from('1.2.6'), stacktrace: from('1.9.3') },
  file: { no_reload: before('1.5.0'), transfer: before('1.8.0'), reload: from('1.2.3') },
  auto: { no_reload: before('1.5.0'), transfer: before('1.8.0'), reload: from('1.2.3') },
  secondary: { upstream: before('1.8.0') },
  k8s_external: { headless: from('1.9.4'), fallthrough: from('1.11.0') },
  loadbalance: { reload: from('1.10.1'), prefer: from('1.12.4') },
}

/** Parses the numbers of a version, or null: `v1.11.1-eksbuild.4` is 1.11.1. */
export function parseVersion(text: string): readonly number[] | null {
  const [, ...numbers] = /^v?(\d{1,3})\.(\d{1,3})(?:\.(\d{1,3}))?(?![\d.])/.exec(text) ?? []
  return numbers.length === 0 ? null : numbers.map(number => Number(number ?? 0))
}

/** Whether `version` is lower than `other`. */
export function isBefore(version: readonly number[], other: string): boolean {
  const wanted = parseVersion(other) ?? []
  const index = [0, 1, 2].find(i => (version[i] ?? 0) !== (wanted[i] ?? 0))
  return index !== undefined && (version[index] ?? 0) < (wanted[index] ?? 0)
}
