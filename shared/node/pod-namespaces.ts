import pLimit from 'p-limit'
import * as z from 'zod/mini'
import { podNetworkSchema, readPodNetwork } from '../discovery/pod-network.ts'
import { parsePodCgroup } from '../formats/pod-cgroup.ts'
import { parseResolvConf, resolverSchema } from '../formats/resolv-conf.ts'
import type { Host, Pod } from '../host.ts'
import { type CollectContext, definePart, readingOf } from '../part.ts'
import { isMissing, isOk, mapReading, ok, type Reading, unavailable } from '../reading.ts'
import { readText } from '../text.ts'
import { sandboxes } from './sandboxes.ts'

/** Network state inside the pods' network namespaces, read through one process of each. No namespace is entered. */
const podNamespacesSchema = z.object({
  namespaces: z.array(
    z.object({
      /** All pods in this network namespace; several for the host's. */
      pods: z.array(
        z.object({
          uid: z.string(),
          /** Null when the runtime did not report it. */
          namespace: z.nullable(z.string()),
          name: z.nullable(z.string()),
          /** The pod's `/etc/resolv.conf`. */
          resolver: readingOf(resolverSchema),
        }),
      ),
      /** Null when unknown. The host's own network is in `links`, `routes` and `sockets`. */
      isHost: z.nullable(z.boolean()),
      /** `missing` for the host's namespace, and when the pod ended meanwhile. */
      network: readingOf(podNetworkSchema),
    }),
  ),
  /** False when more pods run than are examined. */
  complete: z.boolean(),
})
export type PodNamespaces = z.infer<typeof podNamespacesSchema>
type Namespace = PodNamespaces['namespaces'][number]

export const podNamespaces = definePart<PodNamespaces>({
  schema: podNamespacesSchema,
  collect: async (host, context) => {
    const [found, known] = await Promise.all([host.pods(), readNames(host, context)])
    if (!isOk(found)) return found
    const own = await readIdentity(host)
    const start = context.now()
    const hasTime = () => context.now() - start < mostMs
    const pods = found.value.filter(({ uid }) => known === null || known.has(uid))
    const seen = await inTurns(pods.slice(0, mostPods), async pod => ({ pod, identity: await readIdentity(pod.host) }))
    const read = await inTurns(groupPods(seen), group => readNamespace(group, { own, known, hasTime }))
    return ok({ namespaces: read, complete: pods.length <= mostPods })
  },
})

const mostPods = 512
/** Time for socket tables: for each pod the kernel walks those of the whole machine. */
const mostMs = 2_000

/** Limits concurrency, because each pod takes several concurrent reads. */
const inTurns = <T, U>(items: readonly T[], read: (item: T) => Promise<U>): Promise<U[]> => pLimit(4).map(items, read)

interface Name {
  readonly namespace: string
  readonly name: string
}

/** Names by uid; null when the runtime does not answer. */
async function readNames(host: Host, context: CollectContext): Promise<ReadonlyMap<string, Name> | null> {
  const reading = await sandboxes.collect(host, context)
  return isOk(reading) ? new Map(reading.value.sandboxes.map(({ pod }) => [pod.uid, pod])) : null
}

/** The inode of a /proc/net file identifies the network namespace, and needs no privilege. */
async function readIdentity(host: Host): Promise<number | null> {
  const entry = await host.stat('/proc/net/dev')
  return isOk(entry) ? (entry.value.inode ?? null) : null
}

interface Group {
  readonly identity: number | null
  readonly pods: readonly Pod[]
}

function groupPods(seen: readonly { readonly pod: Pod; readonly identity: number | null }[]): readonly Group[] {
  const groups = new Map<number | Pod, { identity: number | null; pods: Pod[] }>()
  for (const { pod, identity } of seen) {
    const group = groups.get(identity ?? pod)
    if (group) group.pods.push(pod)
    else groups.set(identity ?? pod, { identity, pods: [pod] })
  }
  return [...groups.values()]
}

interface Scene {
  /** The host's. */
  readonly own: number | null
  readonly known: ReadonlyMap<string, Name> | null
  readonly hasTime: () => boolean
}

async function readNamespace({ identity, pods }: Group, { own, known, hasTime }: Scene): Promise<Namespace> {
  const isHost = own === null || identity === null ? null : own === identity
  const [first] = pods
  const network = isHost || !first ? hostsOwn : await unlessGone(first, await readPodNetwork(first.host, hasTime))
  const described = await inTurns(pods, async pod => ({
    uid: pod.uid,
    namespace: known?.get(pod.uid)?.namespace ?? null,
    name: known?.get(pod.uid)?.name ?? null,
    resolver: await unlessGone(pod, await readResolver(pod.host)),
  }))
  return { pods: described, isHost, network }
}

const hostsOwn = unavailable('missing', 'the pod has no network of its own')

const readResolver = async (host: Host) =>
  mapReading(await readText(host, '/etc/resolv.conf', { maxBytes: 65_536 }), parseResolvConf)

/** Process ids are reused: the result belongs to the pod only if the process is still the pod's. */
async function unlessGone<T>({ uid, host }: Pod, reading: Reading<T>): Promise<Reading<T>> {
  const group = await readText(host, '/proc/self/cgroup', { maxBytes: 65_536, keep: 'head' })
  const isGone = isOk(group) ? parsePodCgroup(group.value) !== uid : isMissing(group)
  return isGone ? unavailable('missing', `pod ${uid} ended while it was looked at`) : reading
}
