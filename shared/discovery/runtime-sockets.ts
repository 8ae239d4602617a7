import type { Host } from '../host.ts'
import { isOk } from '../reading.ts'
import { runtimeSockets } from './distributions.ts'
import { followLinks } from './follow-links.ts'
import { findKubelet } from './kubelet.ts'
import { mapReads } from './values.ts'

/**
 * Paths of CRI sockets on the host, likeliest first, with links resolved because an absolute link leads elsewhere when
 * followed from outside of the host. The kubelet's setting if there is one; otherwise every known socket that exists.
 */
export async function findRuntimeSockets(host: Host): Promise<readonly string[]> {
  const configured = await findEndpoint(host)
  if (configured !== null) return [await realPath(host, configured)]
  const found = await mapReads(runtimeSockets, async path => {
    const socket = await followLinks(host, path)
    return isOk(socket) && socket.value.entry.type === 'socket' ? socket.value.path : null
  })
  return [...new Set(found.filter(path => path !== null))]
}

async function findEndpoint(host: Host): Promise<string | null> {
  const { settings } = await findKubelet(host)
  const endpoint = isOk(settings) ? settings.value.containerRuntimeEndpoint : null
  const path = endpoint?.replace(/^unix:(?:\/\/)?/, '') ?? ''
  return path.startsWith('/') ? path : null
}

async function realPath(host: Host, path: string): Promise<string> {
  const destination = await followLinks(host, path)
  return isOk(destination) ? destination.value.path : path
}
