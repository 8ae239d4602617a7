import * as z from 'zod/mini'
import { isOk, ok, type Reading, unavailable } from '../../shared/reading.ts'
import { defineClusterPart } from '../kube/cluster-part.ts'
import { strings, text } from '../kube/fields.ts'
import type { Kube } from '../kube/port.ts'
import { nodes } from './nodes.ts'

/** A kubelet's running configuration. Source: `kubeletconfig` of its `/configz`. */
export interface KubeletConfig {
  readonly clusterDNS: readonly string[]
  readonly clusterDomain: string
  /** Null means the host's own file. */
  readonly resolvConf: string | null
  readonly hairpinMode: string
}

const settings = z.object({ clusterDNS: strings, clusterDomain: text, resolvConf: text, hairpinMode: text })
const schema = z.object({ kubeletconfig: settings })

/** Concurrent requests, and maximum number of nodes. */
const atOnce = 8
const most = 1_000

/** Kubelet configurations by node, each with its own reading. */
export const kubeletConfigs = defineClusterPart<
  readonly { readonly node: string; readonly config: Reading<KubeletConfig> }[]
>({
  collect: async kube => {
    const list = await nodes.collect(kube)
    if (!isOk(list)) return list
    const names = list.value.map(({ name }) => name)
    const read: { node: string; config: Reading<KubeletConfig> }[] = []
    for (let next = 0; next < Math.min(names.length, most); next += atOnce) {
      const some = names.slice(next, Math.min(next + atOnce, most))
      read.push(...(await Promise.all(some.map(async node => ({ node, config: await readConfig(kube, node) })))))
    }
    const left = names.slice(most).map(node => ({ node, config: unavailable('too-large', `only ${most} are asked`) }))
    return ok([...read, ...left])
  },
})

async function readConfig(kube: Kube, node: string): Promise<Reading<KubeletConfig>> {
  const configz = await kube.configz(node)
  if (!isOk(configz)) return configz
  const parsed = z.safeParse(schema, configz.value)
  if (!parsed.success) return unavailable('malformed', `configz of ${node}: ${z.prettifyError(parsed.error)}`)
  const { clusterDNS, clusterDomain, resolvConf, hairpinMode } = parsed.data.kubeletconfig
  return ok({
    clusterDNS: clusterDNS ?? [],
    clusterDomain: clusterDomain ?? '',
    resolvConf: resolvConf ?? null,
    hairpinMode: hairpinMode ?? '',
  })
}
