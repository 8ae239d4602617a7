import type { PodNamespaces } from '../../shared/node/pod-namespaces.ts'
import type { Sockets } from '../../shared/node/sockets.ts'
import { ok, type Reading, unavailable } from '../../shared/reading.ts'

type Namespace = PodNamespaces['namespaces'][number]
type Network = Extract<Namespace['network'], { readonly status: 'ok' }>['value']

interface ListeningPod {
  /** Of namespace `default`. */
  readonly name: string
  /** `0.0.0.0:80`, `[::]:80`. */
  readonly listens: readonly string[]
  readonly completeTcp?: boolean
}

const unread = unavailable('not-recorded', 'this was not asked for')

/** Inside of pods on a node: who listens for TCP, and nothing else. */
export const podNamespaces = (...pods: readonly ListeningPod[]): PodNamespaces => ({
  complete: true,
  namespaces: pods.map(({ name, listens, completeTcp = true }) => ({
    pods: [{ uid: `uid-of-${name}`, namespace: 'default', name, resolver: unread }],
    isHost: false,
    network: ok({
      devices: unread,
      addresses: unread,
      routes: unread,
      firstFreePort: unread,
      listeners: ok({ sockets: listens.map(text => toListener(text)), complete: completeTcp, completeTcp }),
    } satisfies Network),
  })),
})

/** `0.0.0.0:80`, with the name of its process; null where that could not be read. */
export type HostListener = readonly [address: string, owner: string | null]

/** Listeners of the host. */
export const hostSockets = (...listens: readonly HostListener[]): Sockets => ({
  complete: true,
  listeners: listens.map(([text, owner]) => ({ ...toListener(text), uid: 0, owner: ownerOf(owner) })),
})

const ownerOf = (name: string | null): Reading<{ pid: number; name: string }> =>
  name === null ? unavailable('denied', 'descriptors of processes may not be read') : ok({ pid: 7, name })

function toListener(text: string) {
  const cut = text.lastIndexOf(':')
  const address = text.slice(0, cut).replace(/^\[|\]$/g, '')
  const family = address.includes(':') ? (6 as const) : (4 as const)
  return { protocol: 'tcp' as const, family, address, port: Number(text.slice(cut + 1)) }
}
