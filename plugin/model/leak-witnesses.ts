import { formatAddress, isIPv4, parseAddress } from '../../shared/ip.ts'
import type { CniResultEntry, CniResults } from '../../shared/node/cni-results.ts'
import type { HostLocal } from '../../shared/node/host-local.ts'
import type { Neighbours } from '../../shared/node/neighbours.ts'
import type { PodNamespaces } from '../../shared/node/pod-namespaces.ts'
import type { Processes } from '../../shared/node/processes.ts'
import type { Runtime } from '../../shared/node/runtime.ts'
import type { Sandboxes } from '../../shared/node/sandboxes.ts'
import { isMissing, isOk, type Reading, valueOr } from '../../shared/reading.ts'
import type { Pod } from '../cluster/pods.ts'
import { memoise } from './memo.ts'
import { isLive, podKey } from './pods.ts'

/** All sources that may know the owner of an address. The reason `not-recorded` means that a source was never asked. */
export interface WitnessSources {
  readonly hostLocal: HostLocal
  readonly sandboxes: Reading<Sandboxes>
  readonly runtime: Reading<Runtime>
  readonly neighbours: Reading<Neighbours>
  readonly processes: Reading<Processes>
  readonly cniResults: Reading<CniResults>
  readonly podNamespaces: Reading<PodNamespaces>
  readonly pods: Reading<readonly Pod[]>
}

/** The witnesses' statements, indexed for thousands of reservations. */
export interface Witnesses {
  /** Owner of each listed sandbox, whatever its state; null when only its id is known. */
  readonly owners: ReadonlyMap<string, string | null>
  /** Why no leak can be proven on this node; null when every required witness answered. */
  readonly silence: string | null
  /** Live pods by address. */
  readonly claims: ReadonlyMap<string, string>
  /** Cached CNI results by sandbox id. */
  readonly remembered: ReadonlyMap<string, CniResultEntry>
  /** Names in the host's /run/netns. */
  readonly namespaces: ReadonlySet<string>
  /** Addresses on devices inside running pods, with the pod's name when known, otherwise empty. */
  readonly held: ReadonlyMap<string, string>
  /** Addresses that recently answered on a link. */
  readonly answering: ReadonlySet<string>
  /** Paths of reservations that were released or recreated between two reads. */
  readonly changed: ReadonlySet<string>
  /**
   * First read of the reservations, ms since the epoch by the host's clock; null when only the snapshot's time is
   * known.
   */
  readonly lookedAt: number | null
  /** Whether the reservations were read twice and every witness was asked. */
  readonly complete: boolean
}

/** Indexes everything that is known about the owners of addresses. */
export function gatherWitnesses(sources: WitnessSources): Witnesses {
  const { hostLocal, sandboxes, pods, neighbours, cniResults, podNamespaces } = sources
  const look = hostLocal.secondLook
  return {
    owners: ownersOf(sandboxes, look ? valueOr(look.sandboxes, []) : []),
    silence: silenceOf(sources),
    claims: claimsOf(valueOr(pods, [])),
    remembered: new Map(entriesOf(cniResults).map(entry => [entry.containerId, entry])),
    namespaces: new Set(look ? valueOr(look.namespaces, []) : []),
    held: heldIn(podNamespaces),
    answering: answeringIn(neighbours),
    changed: new Set(look?.changed),
    lookedAt: look ? Date.parse(look.from) : null,
    complete: look !== undefined && look.from !== look.until && corroborating(sources).every(isAnswer),
  }
}

/** The same for every node. */
const claimsOf = memoise(
  (pods: readonly Pod[]): ReadonlyMap<string, string> =>
    new Map(pods.filter(isLive).flatMap(pod => pod.ips.map(ip => [usualText(ip), podKey(pod)]))),
)

/** IPv6 addresses have several notations; the store uses the shortest. */
function usualText(ip: string): string {
  const address = isIPv4(ip) ? null : parseAddress(ip)
  return address ? formatAddress(address) : ip
}

const isAnswer = (reading: Reading<unknown>): boolean => isOk(reading) || isMissing(reading)

function ownersOf(sandboxes: Reading<Sandboxes>, ids: readonly string[]): ReadonlyMap<string, string | null> {
  const known = isOk(sandboxes) ? sandboxes.value.sandboxes : []
  return new Map([...ids.map(id => [id, null] as const), ...known.map(({ id, pod }) => [id, podKey(pod)] as const)])
}

/** Runtime and API must have answered; other witnesses may not have been asked, but must not have failed. */
function silenceOf(sources: WitnessSources): string | null {
  const { hostLocal, sandboxes, runtime, processes, pods } = sources
  const listed: Reading<unknown> = hostLocal.secondLook?.sandboxes ?? sandboxes
  if (!isOk(listed)) return `the runtime did not tell its sandboxes: ${listed.detail}`
  if (!isOk(pods)) return `the pods were not read: ${pods.detail}`
  const other = otherRuntime(runtime, processes)
  if (other !== null) return `${other} runs here too, and was not asked for its sandboxes`
  const failed = corroborating(sources).find(hasFailed)
  return failed && !isOk(failed) ? `a witness did not answer: ${failed.detail}` : null
}

function corroborating(sources: WitnessSources): readonly Reading<unknown>[] {
  const { neighbours, processes, cniResults, podNamespaces, hostLocal } = sources
  const caches = isOk(cniResults) ? cniResults.value.caches.map(({ results }) => results) : []
  const namespaces = hostLocal.secondLook ? [hostLocal.secondLook.namespaces] : []
  return [neighbours, processes, cniResults, podNamespaces, ...caches, ...namespaces]
}

const heldIn = (podNamespaces: Reading<PodNamespaces>): ReadonlyMap<string, string> =>
  new Map(
    (isOk(podNamespaces) ? podNamespaces.value.namespaces : []).flatMap(({ pods, network }) => {
      const addresses = isOk(network) && isOk(network.value.addresses) ? network.value.addresses.value : []
      const [owner] = pods
      const name = owner && owner.namespace !== null && owner.name !== null ? `${owner.namespace}/${owner.name}` : ''
      return addresses.map(({ address }) => [usualText(address.replace(/\/.*$/, '')), name] as const)
    }),
  )

const entriesOf = (cniResults: Reading<CniResults>): readonly CniResultEntry[] =>
  isOk(cniResults)
    ? cniResults.value.caches.flatMap(({ results }) => (isOk(results) ? results.value.entries : [])).filter(isOfPod)
    : []

/** Excludes the result for the loopback device, which every sandbox has. */
const isOfPod = ({ network }: CniResultEntry): boolean => network !== 'cni-loopback'

const hasFailed = (reading: Reading<unknown>): boolean =>
  !isOk(reading) && !isMissing(reading) && reading.reason !== 'not-recorded'

/** Another runtime that uses CNI and was not asked; containerd may only serve Docker. */
function otherRuntime(runtime: Reading<Runtime>, processes: Reading<Processes>): string | null {
  if (!isOk(runtime) || !isOk(processes)) return null
  const asked = runtime.value.name.toLowerCase()
  const isAsked = (name: string) => (name === 'crio' ? /^cri-?o/.test(asked) : asked.startsWith('docker'))
  const names = processes.value.processes.map(({ name }) => name)
  return ['crio', 'cri-dockerd'].find(name => names.includes(name) && !isAsked(name)) ?? null
}

/** `stale` only means that it answered at some time. */
const states = new Set(['reachable', 'delay', 'probe'])

const answeringIn = (neighbours: Reading<Neighbours>): ReadonlySet<string> => {
  const entries = isOk(neighbours) && isOk(neighbours.value.entries) ? neighbours.value.entries.value : []
  return new Set(entries.filter(({ state }) => states.has(state)).map(({ address }) => address))
}
