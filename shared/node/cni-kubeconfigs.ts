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
  /** URL of the API server; null where the file names none. */
  server: z.nullable(z.string()),
  /** Of the token that stands in the file; null without one, or for one that says nothing of itself. */
  token: z.nullable(tokenClaimsSchema),
  mtime: z.nullable(z.string()),
})

/**
 * How CNI plugins of this node reach the API server. Their daemons write these files, and renew the tokens in them
 * while they run.
 */
const cniKubeconfigsSchema = z.object({
  /** By path; files that do not exist are left out. */
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

/** Beside the configuration of networks. Sources: calico, canal, multus, whereabouts, ovn-kubernetes, spiderpool. */
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
