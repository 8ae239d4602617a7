import * as z from 'zod/mini'
import { mapReading, type Reading } from '../reading.ts'
import { parseJsonWith } from './parse-json.ts'

/** A virtual device that encapsulates packets for other hosts, or shares a physical device. */
export const overlaySchema = z.object({
  name: z.string(),
  /** `vxlan`, `geneve`, `ipip`, `sit`, `gre`, `wireguard`, `vlan`, `macvlan`, `ipvlan`, … */
  kind: z.string(),
  mtu: z.nullable(z.number()),
  /** operstate in lower case; tunnels that work are `unknown`. */
  state: z.nullable(z.string()),
  mac: z.nullable(z.string()),
  /** The device that carries it. */
  underlay: z.nullable(z.string()),
  /** VXLAN or Geneve network, or VLAN. */
  id: z.nullable(z.number()),
  /** UDP port of the remote ends. */
  port: z.nullable(z.number()),
  local: z.nullable(z.string()),
  /** A fixed remote address, or the multicast group for flooding. */
  remote: z.nullable(z.string()),
  /** Whether it learns addresses from traffic; overlays with a control plane do not. */
  learning: z.nullable(z.boolean()),
})
export type Overlay = z.infer<typeof overlaySchema>

const dataSchema = z.object({
  id: z.optional(z.number()),
  port: z.optional(z.number()),
  link: z.optional(z.string()),
  local: z.optional(z.string()),
  local6: z.optional(z.string()),
  group: z.optional(z.string()),
  group6: z.optional(z.string()),
  remote: z.optional(z.string()),
  remote6: z.optional(z.string()),
  learning: z.optional(z.boolean()),
})

const deviceSchema = z.object({
  ifname: z.optional(z.string()),
  link: z.optional(z.nullable(z.string())),
  mtu: z.optional(z.number()),
  operstate: z.optional(z.string()),
  address: z.optional(z.string()),
  linkinfo: z.optional(z.object({ info_kind: z.optional(z.string()), info_data: z.optional(z.unknown()) })),
})
type Device = z.infer<typeof deviceSchema>

/** Kinds of such devices; bridges, veths and the like have parts of their own. */
export const overlayKinds: ReadonlySet<string> = new Set(
  'vxlan geneve ipip sit gre gretap ip6gre ip6gretap ip6tnl erspan wireguard vlan macvlan macvtap ipvlan ipvtap xfrm'.split(
    ' ',
  ),
)

/** Overlay devices from the output of `ip -d -j link`. Source: iproute2 6.1. */
export const parseIpTunnels = (text: string): Reading<Overlay[]> =>
  mapReading(parseJsonWith(z.array(deviceSchema).check(z.maxLength(65_536)), { text, what: '`ip -d -j link`' }), list =>
    list.flatMap(toOverlay),
  )

function toOverlay(device: Device): Overlay[] {
  const kind = device.linkinfo?.info_kind
  if (device.ifname === undefined || kind === undefined || !overlayKinds.has(kind)) return []
  // Other kinds use these names with other types; then their details are left out.
  const parsed = z.safeParse(dataSchema, device.linkinfo?.info_data ?? {})
  const data = parsed.success ? parsed.data : {}
  return [
    {
      name: device.ifname,
      kind,
      mtu: device.mtu ?? null,
      state: device.operstate?.toLowerCase() ?? null,
      mac: device.address ?? null,
      underlay: device.link ?? data.link ?? null,
      id: data.id ?? null,
      port: data.port ?? null,
      local: fixed(data.local ?? data.local6),
      remote: fixed(data.remote ?? data.remote6 ?? data.group ?? data.group6),
      learning: data.learning ?? null,
    },
  ]
}

const fixed = (address: string | undefined): string | null =>
  address === undefined || address === 'any' ? null : address
