import pLimit from 'p-limit'
import { isOk, type Reading } from '../../shared/reading.ts'
import type { LeftOut } from '../../shared/recording/support-logs.ts'
import type { Pod } from '../cluster/pods.ts'
import type { ClusterParts } from '../engine/snapshot.ts'
import type { Kube, LogOptions } from '../kube/port.ts'
import { readCluster } from '../kube/read-cluster.ts'
import { isNetworkComponent } from '../model/components.ts'
import { recordKube } from './record-kube.ts'
import type { Spool } from './write-spool.ts'

/** The state read from the API; every answer was also recorded. */
export interface ApiHalf {
  readonly version: Reading<string>
  readonly parts: ClusterParts
  /** Requests that were refused or not answered. */
  readonly left: readonly LeftOut[]
}

/** Limits of the logs meant for people. */
export interface LogWish {
  readonly logBytes: number
  readonly sinceMinutes: number
}

/** Reads all cluster parts, and the logs of network pods that are meant for people. */
export async function recordApi(kube: Kube, spool: Spool, wish: LogWish): Promise<ApiHalf> {
  const recorder = recordKube(kube, spool.put)
  const { version, parts } = await readCluster(recorder.kube)
  const pods = isOk(parts.pods) ? parts.pods.value : []
  const logs = await recordLogs(kube, spool, { wish, pods })
  for (const [path, bytes] of recorder.files()) await spool.put(path, bytes)
  return { version, parts, left: [...refusals(parts), ...logs] }
}

/** A missing resource is an answer, not a refusal. */
const refusals = (parts: ClusterParts): readonly LeftOut[] =>
  Object.entries<Reading<unknown>>(parts).flatMap(([what, part]) =>
    isOk(part) || part.reason === 'missing' || part.reason === 'unsupported' ? [] : [{ what, message: part.detail }],
  )

/** Limit for logs meant for people; those that checks judge are read anyway. */
const mostLogs = 400
const atOnce = 4

/** Requests longer logs than the checks do; the spool keeps the larger of two. */
async function recordLogs(
  kube: Kube,
  spool: Spool,
  { wish, pods }: { readonly wish: LogWish; readonly pods: readonly Pod[] },
): Promise<readonly LeftOut[]> {
  const wanted = pods.filter(isNetworkComponent).flatMap(pod => logsOf(pod, wish))
  const limit = pLimit(atOnce)
  const left = await Promise.all(
    wanted.slice(0, mostLogs).map(options => limit(() => recordLog(kube, spool, { ...options }))),
  )
  const more = wanted.length - mostLogs
  const rest = more > 0 ? [{ what: `long logs of ${more} more containers`, message: 'enough others were read' }] : []
  return [...left.flat(), ...rest]
}

type LongLog = LogOptions & { readonly limitBytes: number }

function logsOf({ namespace, name, containers }: Pod, { logBytes, sinceMinutes }: LogWish): readonly LongLog[] {
  const common = { namespace, pod: name, limitBytes: logBytes }
  return containers.flatMap(({ name: container, restarts }) => [
    { ...common, container, sinceSeconds: sinceMinutes * 60 },
    ...(restarts > 0 ? [{ ...common, container, previous: true }] : []),
  ])
}

async function recordLog(kube: Kube, spool: Spool, options: LongLog): Promise<readonly LeftOut[]> {
  const { namespace, pod, container, previous, limitBytes } = options
  const log = await kube.logs(options)
  if (!isOk(log)) return []
  const path = `cluster/logs/${namespace}/${pod}/${container}${previous ? '.previous' : ''}.log`
  const bytes = new TextEncoder().encode(log.value)
  // The API server cuts the end, which is the most important part.
  if (bytes.length >= limitBytes)
    return [{ what: path, message: `longer than ${limitBytes} bytes: only its last lines` }]
  await spool.put(path, bytes)
  return []
}
