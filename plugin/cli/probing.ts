import * as z from 'zod/mini'
import { NetcheckError } from '../../shared/errors.ts'
import { parseAddress } from '../../shared/ip.ts'
import type { ProbeTarget } from '../../shared/protocol/probes.ts'
import { isOk, valueOr } from '../../shared/reading.ts'
import type { ClusterPartName, ClusterParts } from '../engine/snapshot.ts'
import { type OutsideTarget, planProbes } from '../model/probe-plan.ts'
import type { Options } from './command.ts'

/** Active probes: enabled, and their targets outside of the cluster. */
export interface Probing {
  readonly outside: readonly OutsideTarget[]
}

/** Cluster parts from which targets are chosen. */
export const probeScene = [
  'nodes',
  'pods',
  'services',
  'endpointSlices',
  'networkPolicies',
  'kubeletConfigs',
] as const satisfies readonly ClusterPartName[]

const schema = z.object({ probe: z.optional(z.boolean()), probeOutside: z.optional(z.array(z.string())) })
const mostOutside = 4

/** Null unless `--probe` was given. Throws NetcheckError `USAGE`. */
export function parseProbing(options: Options): Probing | null {
  const { probe = false, probeOutside = [] } = z.parse(schema, options)
  if (!probe && probeOutside.length > 0) throw new NetcheckError('USAGE', '--probe-outside needs --probe')
  if (probeOutside.length > mostOutside) {
    throw new NetcheckError('USAGE', `--probe-outside takes at most ${mostOutside} targets`)
  }
  return probe ? { outside: probeOutside.map(parseOutside) } : null
}

const dnsName = /^(?=.{1,253}\.?$)[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})+\.?$/

function parseOutside(text: string): OutsideTarget {
  const {
    bracketed,
    plain,
    port = '0',
  } = /^(?:\[(?<bracketed>[^\]]+)\]|(?<plain>[^:]+)):(?<port>\d{1,5})$/.exec(text)?.groups ?? {}
  const address = bracketed ?? plain ?? ''
  if (parseAddress(address) && Number(port) > 0 && Number(port) < 65_536) return { address, port: Number(port) }
  if (!parseAddress(text) && dnsName.test(text)) return { name: text.replace(/\.$/, '') }
  throw new NetcheckError('USAGE', `--probe-outside: ${text} is neither a name of DNS nor ADDRESS:PORT`)
}

/** Plans probe targets by node name. Without the policies it is unknown what pods may reach, so no pod is probed. */
export function planAll(parts: ClusterParts, { outside }: Probing): ReadonlyMap<string, readonly ProbeTarget[]> {
  return planProbes({
    nodes: valueOr(parts.nodes, []),
    services: valueOr(parts.services, []),
    outside,
    pods: isOk(parts.networkPolicies) ? valueOr(parts.pods, []) : [],
    endpointSlices: valueOr(parts.endpointSlices, []),
    networkPolicies: valueOr(parts.networkPolicies, []),
    kubeletConfigs: valueOr(parts.kubeletConfigs, []),
  })
}
