import * as z from 'zod/mini'
import { ok, type Reading, unavailable } from '../reading.ts'

/** By the kernel's names of features: `tx-udp_tnl-segmentation`, `generic-receive-offload`, … */
export const featuresSchema = z.record(z.string(), z.object({ on: z.boolean(), fixed: z.boolean() }))
export type Features = z.infer<typeof featuresSchema>

/** Output of `ethtool -k`: `name: on`, `name: off [fixed]`, `name: off [requested on]`. */
export function parseEthtoolFeatures(text: string): Reading<Features> {
  const features = text.split('\n', 1000).flatMap(line => {
    const groups = /^\s*(?<name>[\w.-]{1,64}): (?<value>on|off)(?<note> \[[^\]]{0,64}\])?\s*$/.exec(line)?.groups
    if (groups?.name === undefined) return []
    return [[groups.name, { on: groups.value === 'on', fixed: groups.note === ' [fixed]' }] as const]
  })
  return features.length > 0
    ? ok(Object.fromEntries(features))
    : unavailable('malformed', '`ethtool -k` printed no features')
}
