import * as z from 'zod/mini'
import { mapReading, type Reading } from '../reading.ts'
import { arrayOf, objectOf, textOf } from './cni-plugin.ts'
import { parseJsonWith } from './parse-json.ts'

export const weaveStatusSchema = z.object({
  version: z.nullable(z.string()),
  /** State of the router's connections: `2 (1 established, 1 failed)`. */
  connections: z.nullable(z.string()),
  /** `ready`, `idle`, or why no address can be allocated; null without IPAM. */
  ipam: z.nullable(z.string()),
  range: z.nullable(z.string()),
})
export type WeaveStatus = z.infer<typeof weaveStatusSchema>

/** Reads the text of `GET /status`: sections of `Key: value`. Source: weaveworks/weave, prog/weaver/http.go. */
export function parseWeaveStatus(text: string): WeaveStatus {
  const sections = text.slice(0, mostText).split(/^[ \t]*Service:[ \t]*/m)
  const ipam = sections.find(section => /^ipam\b/.test(section)) ?? ''
  return {
    version: settingOf(sections[0] ?? '', 'Version'),
    connections: settingOf(text, 'Connections'),
    ipam: settingOf(ipam, 'Status'),
    range: settingOf(ipam, 'Range'),
  }
}

const mostText = 65_536

/** The value of the first line with this key. */
function settingOf(text: string, key: string): string | null {
  const line = text
    .slice(0, mostText)
    .split('\n')
    .find(each => each.trimStart().startsWith(`${key}:`))
  return line?.slice(line.indexOf(':') + 1).trim() || null
}

export const weavePeerSchema = z.object({
  /** The daemon's name of the peer, a MAC address. */
  peer: z.string(),
  nickname: z.string(),
  /** Number of addresses in its ranges. */
  addresses: z.number(),
  /** Number of addresses in use; known for the daemon itself only. */
  active: z.nullable(z.number()),
  unreachable: z.boolean(),
})
export type WeavePeer = z.infer<typeof weavePeerSchema>

/** Reads the text of `GET /status/ipam`: a line per peer that owns addresses. Source: weaveworks/weave, ipam/http.go. */
export const parseWeavePeers = (text: string): WeavePeer[] =>
  text
    .slice(0, mostText)
    .split('\n')
    .flatMap(line => {
      const { peer, nickname, addresses, rest = '' } = peerLine.exec(line.trim())?.groups ?? {}
      if (peer === undefined || nickname === undefined) return []
      const active = /\((?<active>\d{1,10}) active\)/.exec(rest)?.groups?.active
      return [
        {
          peer,
          nickname,
          addresses: Number(addresses),
          active: active === undefined ? null : Number(active),
          unreachable: /\bunreachable\b/.test(rest),
        },
      ]
    })

const peerLine = /^(?<peer>[0-9a-f:]{1,32})\((?<nickname>[^)]{0,255})\)\s+(?<addresses>\d{1,10}) IPs\b(?<rest>.*)$/

export const weaveOwnedSchema = z.object({
  /** Id of the container, or a name of the daemon's own: `weave:expose`, `_`, `ignore`. */
  containerId: z.string(),
  /** With prefix length. */
  addresses: z.array(z.string()),
})
export type WeaveOwned = z.infer<typeof weaveOwnedSchema>

const ownedReply = z.object({ owned: z.array(z.unknown()) })

/** Reads the JSON of `GET /ip`: who owns which addresses on this node. Source: weaveworks/weave, ipam/http.go. */
export const parseWeaveOwned = (text: string): Reading<WeaveOwned[]> =>
  mapReading(parseJsonWith(ownedReply, { text, what: "weave's list of addresses" }), ({ owned }) =>
    owned.flatMap(each => {
      const { containerid, addrs } = objectOf(each) ?? {}
      const addresses = arrayOf(addrs).flatMap(address => textOf(address) ?? [])
      return typeof containerid === 'string' ? [{ containerId: containerid, addresses }] : []
    }),
  )
