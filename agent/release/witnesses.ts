import { parseReply, sandboxesReplySchema } from '../../shared/formats/cri.ts'
import { parseLocalAddresses } from '../../shared/formats/fib-trie.ts'
import { parseIfInet6 } from '../../shared/formats/if-inet6.ts'
import type { Host } from '../../shared/host.ts'
import type { Reserved } from '../../shared/protocol/release.ts'
import { isMissing, isOk, mapReading, type Reading } from '../../shared/reading.ts'
import { readText } from '../../shared/text.ts'
import { listPluginCalls } from './plugin-calls.ts'

/** Why this node objects to releasing an address; null when it does not. */
export type Objection = (reserved: Reserved) => string | null

/** Why a container is considered in use; null when it is not. */
export type Claim = (containerId: string) => string | null

/** Asks the runtime and running plugins again. A source that does not answer claims every container. */
export async function askRuntime(host: Host): Promise<Claim> {
  // Plugins first: one that exits before the runtime is asked has already reported its result.
  const calls = await listPluginCalls(host)
  const sandboxes = await listSandboxes(host)
  if (!isOk(calls)) return () => `whether a plugin is at work cannot be seen: ${calls.detail}`
  if (!isOk(sandboxes)) return () => `the runtime does not answer: ${sandboxes.detail}`
  return containerId => {
    const verb = calls.value.get(containerId)
    if (verb !== undefined) return `a plugin is at work for its container (${verb})`
    return sandboxes.value.has(containerId) ? 'the runtime lists its sandbox' : null
  }
}

/**
 * Asks the runtime, running plugins and the namespaces of running pods again. A source that does not answer objects to
 * every address. `host` must have an empty cache.
 */
export async function askWitnesses(host: Host): Promise<Objection> {
  const claim = await askRuntime(host)
  const addresses = await listAddresses(host)
  if (!isOk(addresses)) return () => `the addresses of running pods are not known: ${addresses.detail}`
  return ({ containerId, address }) => {
    if (containerId === '') return 'the file is empty, so it names no container'
    const claimed = claim(containerId)
    if (claimed !== null) return claimed
    return addresses.value.has(address) ? 'a running pod has this address' : null
  }
}

async function listSandboxes(host: Host): Promise<Reading<ReadonlySet<string>>> {
  const reply = await host.cri('pod-sandboxes')
  const list = isOk(reply) ? parseReply(sandboxesReplySchema, reply.value) : reply
  return mapReading(list, ({ items }) => new Set(items.map(({ id }) => id)))
}

/** A pod that ends meanwhile no longer has an address. */
async function listAddresses(host: Host): Promise<Reading<ReadonlySet<string>>> {
  const pods = await host.pods()
  if (!isOk(pods)) return pods
  const all = new Set<string>()
  for (const pod of pods.value) {
    const [four, six] = await Promise.all([
      readText(pod.host, '/proc/net/fib_trie', { maxBytes: 1 << 20 }),
      readText(pod.host, '/proc/net/if_inet6'),
    ])
    const addresses = [mapReading(four, parseLocalAddresses), addressesIn(six)]
    const unread = addresses.find(reading => !isOk(reading) && !isMissing(reading))
    if (unread && !isOk(unread)) return unread
    for (const reading of addresses) if (isOk(reading)) for (const address of reading.value) all.add(address)
  }
  return { status: 'ok', value: all }
}

function addressesIn(text: Reading<string>): Reading<readonly string[]> {
  const table = isOk(text) ? parseIfInet6(text.value) : text
  return mapReading(table, entries => entries.map(({ address }) => address.replace(/\/\d+$/, '')))
}
