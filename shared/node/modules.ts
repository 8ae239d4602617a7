import * as z from 'zod/mini'
import { mapReads } from '../discovery/values.ts'
import type { Host } from '../host.ts'
import { definePart } from '../part.ts'
import { isMissing, isOk, ok, type Reading, unavailable } from '../reading.ts'
import { readText } from '../text.ts'

/** Relevant kernel modules. A built-in one may be absent although its function is available. */
const modulesSchema = z.object({
  states: z.record(z.string(), z.enum(['present', 'absent', 'unknown'])),
})
export type Modules = z.infer<typeof modulesSchema>

export const modules = definePart<Modules>({
  schema: modulesSchema,
  collect: async host => {
    const loaded = await readText(host, '/proc/modules')
    const states = await mapReads(names, async name => [name, await stateOf(host, { name, loaded })] as const)
    return states.every(([, state]) => state === 'unknown')
      ? unreadReason(loaded)
      : ok({ states: Object.fromEntries(states) })
  },
})

const names = [
  'br_netfilter',
  'overlay',
  'nf_conntrack',
  'nf_nat',
  'nf_tables',
  'ip_tables',
  'ip6_tables',
  'iptable_nat',
  'ip_vs',
  'ip_vs_rr',
  'ip_vs_wrr',
  'ip_vs_sh',
  'ip_set',
  'xt_comment',
  'vxlan',
  'geneve',
  'ipip',
  'wireguard',
  'veth',
  'bridge',
] as const

type State = Modules['states'][string]

/** /sys/module lists loaded modules, and built-in ones with parameters; /proc/modules only loaded ones. */
async function stateOf(host: Host, { name, loaded }: { name: string; loaded: Reading<string> }): Promise<State> {
  const entry = await host.stat(`/sys/module/${name}`)
  if (isOk(entry) || (isOk(loaded) && new RegExp(`^${name} `, 'm').test(loaded.value))) return 'present'
  return isMissing(entry) || isOk(loaded) ? 'absent' : 'unknown'
}

const unreadReason = (loaded: Reading<string>): Reading<Modules> =>
  isOk(loaded) ? unavailable('failed', 'neither /sys/module nor /proc/modules could be read') : loaded
