import * as z from 'zod/mini'
import { arrayOf, type JsonObject, objectOf, textOf } from './cni-plugin.ts'

const podSchema = z.object({ namespace: z.string(), name: z.string(), uid: z.nullable(z.string()) })

const interfaceSchema = z.object({
  name: z.string(),
  mac: z.nullable(z.string()),
  /** Whether it is inside the sandbox, not on the node. */
  inside: z.boolean(),
})

/** A cached CNI result: what a network gave to a sandbox. Missing fields are null or empty. */
export const cniResultSchema = z.object({
  network: z.string(),
  containerId: z.string(),
  interfaceName: z.string(),
  /** Path of the network namespace. */
  netns: z.nullable(z.string()),
  /** With prefix length, as the plugin wrote them. */
  addresses: z.array(z.string()),
  /** Empty for plugins before 0.3.0, which listed none. */
  interfaces: z.array(interfaceSchema),
  pod: z.nullable(podSchema),
})
export type CniResult = z.infer<typeof cniResultSchema>

/**
 * Reads one file of libcni's cache; null for anything else. Up to 0.7 the file was the bare result, whose owner only
 * the file name shows. Source: containernetworking/cni, libcni/api.go, cacheAdd.
 */
export function parseCniResult(text: string, fileName: string): CniResult | null {
  const file = parseObject(text)
  if (!file) return null
  const isCache = file.kind !== undefined
  if (isCache && file.kind !== 'cniCacheV1') return null
  const owner = isCache ? ownerInside(file) : ownerInName(fileName)
  const result = isCache ? objectOf(file.result) : file
  if (!owner || !result) return null
  return {
    ...owner,
    netns: textOf(file.netns),
    addresses: addressesOf(result),
    interfaces: interfacesOf(result),
    pod: podOf(file.cniArgs),
  }
}

function parseObject(text: string): JsonObject | null {
  try {
    return objectOf(JSON.parse(text))
  } catch {
    return null
  }
}

type Owner = Pick<CniResult, 'network' | 'containerId' | 'interfaceName'>

function ownerInside(file: JsonObject): Owner | null {
  const [network, containerId, interfaceName] = [file.networkName, file.containerId, file.ifName].map(textOf)
  return network && containerId && interfaceName ? { network, containerId, interfaceName } : null
}

/** Network and interface names may contain hyphens, so the id must be unmistakable. */
function ownerInName(name: string): Owner | null {
  const { network, containerId, interfaceName } =
    /^(?<network>[^/]{1,255})-(?<containerId>[0-9a-f]{64})-(?<interfaceName>[^/]{1,15})$/.exec(name)?.groups ?? {}
  return network && containerId && interfaceName ? { network, containerId, interfaceName } : null
}

/** `ips` since 0.3.0, before that `ip4` and `ip6`. */
const addressesOf = (result: JsonObject): string[] => [
  ...[result.ip4, result.ip6].flatMap(family => textOf(objectOf(family)?.ip) ?? []),
  ...arrayOf(result.ips).flatMap(entry => textOf(objectOf(entry)?.address) ?? []),
]

const interfacesOf = (result: JsonObject): CniResult['interfaces'] =>
  arrayOf(result.interfaces).flatMap(entry => {
    const { name, mac, sandbox } = objectOf(entry) ?? {}
    return typeof name === 'string' ? [{ name, mac: textOf(mac), inside: Boolean(textOf(sandbox)) }] : []
  })

/** Kubernetes passes the pod as key-value pairs in CNI_ARGS. */
function podOf(cniArgs: unknown): CniResult['pod'] {
  const values = new Map(
    arrayOf(cniArgs)
      .map(pair => arrayOf(pair).map(textOf))
      .map(([key, value]) => [key, value]),
  )
  const [namespace, name] = [values.get('K8S_POD_NAMESPACE'), values.get('K8S_POD_NAME')]
  return namespace && name ? { namespace, name, uid: values.get('K8S_POD_UID') || null } : null
}
