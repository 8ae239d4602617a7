import { contains, parseAddress, parseNetwork } from '../../shared/ip.ts'

/**
 * Whether a Go program connects to a host directly, given its `NO_PROXY` list. Ports are not compared. Source:
 * golang.org/x/net/http/httpproxy.
 */
export function isDirect(host: string, exceptions: readonly string[]): boolean {
  const name = host.toLowerCase().replace(/\.$/, '')
  const address = parseAddress(name)
  if (name === 'localhost' || /^127\./.test(name) || name === '::1') return true
  return exceptions.some(text => {
    const exception = text.toLowerCase()
    if (exception === '*') return true
    if (address) return coversAddress(exception, name)
    return coversName(exception.replace(/:\d+$/, ''), name)
  })
}

function coversAddress(exception: string, text: string): boolean {
  const address = parseAddress(text)
  const network = parseNetwork(exception)
  if (address && network) return contains(network, address)
  const single = parseAddress(exception.replace(/^\[(.*)\](?::\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1'))
  return address !== null && single !== null && single.family === address.family && single.value === address.value
}

/** `.example` and `*.example` cover names below it, `example` covers itself as well. */
function coversName(exception: string, name: string): boolean {
  const suffix = exception.replace(/^\*/, '')
  if (suffix === '') return false
  return suffix.startsWith('.') ? name.endsWith(suffix) : name === suffix || name.endsWith(`.${suffix}`)
}
