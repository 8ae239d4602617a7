import { contains, parseAddress, parseNetwork } from '../../shared/ip.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The proxy that the environment names for a server, as curl and Go read it: HTTPS_PROXY or HTTP_PROXY by scheme,
 * lower case first, unless NO_PROXY names the host (exact, `.suffix`, `suffix`, address, CIDR, `*`, with optional port).
 */
export function proxyFor(server: URL, env: Environment): string | undefined {
  const names = server.protocol === 'https:' ? ['https_proxy', 'HTTPS_PROXY'] : ['http_proxy', 'HTTP_PROXY']
  const proxy = names.map(name => env[name]).find(Boolean)
  if (!proxy || isExempt(server, env.no_proxy || env.NO_PROXY || '')) return undefined
  return /^[a-z0-9]+:\/\//i.test(proxy) ? proxy : `http://${proxy}`
}

function isExempt(server: URL, list: string): boolean {
  const host = server.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  // Like Go, never uses a proxy for loopback, where tunnels to API servers end.
  if (host === 'localhost' || host === '::1' || /^127\./.test(host)) return true
  const port = server.port || (server.protocol === 'https:' ? '443' : '80')
  return list
    .split(/[\s,]+/)
    .filter(Boolean)
    .some(entry => matches(entry.toLowerCase(), host, port))
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true
  const address = parseAddress(host)
  const network = parseNetwork(entry)
  if (address && network) return contains(network, address)
  const [, name = '', wantedPort] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(entry) ?? []
  if (wantedPort !== undefined && wantedPort !== port) return false
  const suffix = name.replace(/^\*?\./, '')
  return host === suffix || (!address && suffix !== '' && host.endsWith(`.${suffix}`))
}
