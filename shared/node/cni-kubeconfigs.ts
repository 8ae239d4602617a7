import * as z from 'zod/mini'
import { findCniDirectories } from '../discovery/cni-directories.ts'
import { mapReads, unlessUnread } from '../discovery/values.ts'
import { parseTokenClaims, tokenClaimsSchema } from '../formats/bearer-token.ts'
import { findServers, findTokens } from '../formats/kubeconfig.ts'
import type { Host } from '../host.ts'
import { definePart, readingOf } from '../part.ts'
import { isMissing, isOk, mapReading, type Reading } from '../reading.ts'
import { readText } from '../text.ts'

const kubeconfigSchema = z.object({
  /** URL of the API server; null when the file has none. */
  server: z.nullable(z.string()),
  /** Claims of the token in the file; null without a token with claims. */
  token: z.nullable(tokenClaimsSchema),
  mtime: z.nullable(z.string()),
})

/**
 * Kubeconfigs with which this node's CNI plugins reach the API server. Their daemons write these files, and renew the
 * tokens in them while they run.
 */
const cniKubeconfigsSchema = z.object({
  /** By path; missing files are left out. */
  files: z.record(z.string(), readingOf(kubeconfigSchema)),
})
export type CniKubeconfigs = z.infer<typeof cniKubeconfigsSchema>
export type CniKubeconfig = z.infer<typeof kubeconfigSchema>

export const cniKubeconfigs = definePart<CniKubeconfigs>({
  schema: cniKubeconfigsSchema,
  collect: async host => {
    const { config } = await findCniDirectories(host)
    const read = await mapReads(names, async name => {
      const path = `${config.path}/${name}`
      return [path, await readKubeconfig(host, path)] as const
    })
    return unlessUnread(
      read.map(([, file]) => file),
      { files: Object.fromEntries(read.filter(([, file]) => !isMissing(file))) },
    )
  },
})

/**
 * Names of files beside the network configurations. Sources: calico, canal, multus, whereabouts, ovn-kubernetes,
 * spiderpool.
 */
const names: readonly string[] = [
  'calico-kubeconfig',
  'canal-kubeconfig',
  'multus.d/multus.kubeconfig',
  'whereabouts.d/whereabouts.kubeconfig',
  'cni-kubeconfig',
]

async function readKubeconfig(host: Host, path: string): Promise<Reading<CniKubeconfig>> {
  const text = await readText(host, path, { maxBytes: 256 << 10 })
  const entry = await host.stat(path)
  return mapReading(text, value => ({
    server: findServers(value)[0] ?? null,
    token: findTokens(value).flatMap(token => parseTokenClaims(token) ?? [])[0] ?? null,
    mtime: isOk(entry) ? (entry.value.mtime ?? null) : null,
  }))
}
