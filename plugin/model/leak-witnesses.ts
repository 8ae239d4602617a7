import { formatAddress, parseAddress } from '../../shared/ip.ts'
import type { CniResultEntry, CniResults } from '../../shared/node/cni-results.ts'
import type { HostLocal } from '../../shared/node/host-local.ts'
import type { Neighbours } from '../../shared/node/neighbours.ts'
import type { PodNamespaces } from '../../shared/node/pod-namespaces.ts'
import type { Processes } from '../../shared/node/processes.ts'
import type { Runtime } from '../../shared/node/runtime.ts'
import type { Sandboxes } from '../../shared/node/sandboxes.ts'
import { isMissing, isOk, type Reading } from '../../shared/reading.ts'
import type { Pod } from '../cluster/pods.ts'
import { isLive, podKey } from './pods.ts'

/** Everything that may know whose an address is. A reason `not-recorded` means that nobody asked. */
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

/** What the witnesses say, ready to be asked about thousands of reservations. */
export interface Witnesses {
  /** Owner of each sandbox that the runtime lists in any state; a second list may know only ids. */
  readonly owners: ReadonlyMap<string, string | null>
  /** Why no address can be told to be leaked on this node; null when every witness that has to answer did. */
  readonly silence: string | null
  /** Live pods by address. */
  readonly claims: ReadonlyMap<string, string>
  /** What the runtime remembers to have got for a sandbox, by the sandbox's id. */
  readonly remembered: ReadonlyMap<string, CniResultEntry>
  /** Names of the host's named network namespaces. */
  readonly namespaces: ReadonlySet<string>
  /** Addresses that devices inside of running pods have, with the pod where its name is known. */
  readonly held: ReadonlyMap<string, string>
  /** Addresses that answered on a link a moment ago. */
  readonly answering: ReadonlySet<string>
  /** Paths of reservations that were given back or made anew meanwhile. */
  readonly changed: ReadonlySet<string>
  /** When the reservations were first looked at, ms since the epoch by the host's clock; null when only the snapshot's time is known. */
  readonly lookedAt: number | null
  /** True when two looks lay apart and no witness is left that was never asked. */
  readonly complete: boolean
}

export function gatherWitnesses(sources: WitnessSources): Witnesses {
  const { hostLocal, sandboxes, pods, neighbours, cniResults, podNamespaces } = sources
  const look = hostLocal.secondLook
  return {
    owners: ownersOf(sandboxes, look && isOk(look.sandboxes) ? look.sandboxes.value : []),
    silence: silenceOf(sources),
    claims: claimsOf(isOk(pods) ? pods.value : []),
    remembered: new Map(entriesOf(cniResults).map(entry => [entry.containerId, entry])),
    namespaces: new Set(look && isOk(look.namespaces) ? look.namespaces.value : []),
    held: heldIn(podNamespaces),
    answering: answeringIn(neighbours),
    changed: new Set(look?.changed),
    lookedAt: look ? Date.parse(look.from) : null,
    complete: look !== undefined && look.from !== look.until && corroborating(sources).every(isAnswer),
  }
}

const claimsOf = (pods: readonly Pod[]): ReadonlyMap<string, string> =>
  new Map(pods.filter(isLive).flatMap(pod => pod.ips.map(ip => [usualText(ip), podKey(pod)])))

/** An address of IPv6 has many texts; the store holds the shortest. */
function usualText(ip: string): string {
  const address = parseAddress(ip)
  return address ? formatAddress(address) : ip
}

const isAnswer = (reading: Reading<unknown>): boolean => isOk(reading) || isMissing(reading)

function ownersOf(sandboxes: Reading<Sandboxes>, ids: readonly string[]): ReadonlyMap<string, string | null> {
  const known = isOk(sandboxes) ? sandboxes.value.sandboxes : []
  return new Map([...ids.map(id => [id, null] as const), ...known.map(({ id, pod }) => [id, podKey(pod)] as const)])
}

/** The runtime and the API have to answer; the others may never have been asked, but not have failed. */
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

/** Every sandbox has a result of its loopback device too. */
const isOfPod = ({ network }: CniResultEntry): boolean => network !== 'cni-loopback'

const hasFailed = (reading: Reading<unknown>): boolean =>
  !isOk(reading) && !isMissing(reading) && reading.reason !== 'not-recorded'

/** Runtimes whose pods get addresses through CNI too, and that nobody asked; containerd may serve Docker alone. */
function otherRuntime(runtime: Reading<Runtime>, processes: Reading<Processes>): string | null {
  if (!isOk(runtime) || !isOk(processes)) return null
  const asked = runtime.value.name.toLowerCase()
  const isAsked = (name: string) => (name === 'crio' ? /^cri-?o/.test(asked) : asked.startsWith('docker'))
  const names = processes.value.processes.map(({ name }) => name)
  return ['crio', 'cri-dockerd'].find(name => names.includes(name) && !isAsked(name)) ?? null
}

/** `stale` says only that somebody answered once. */
const states = new Set(['reachable', 'delay', 'probe'])

const answeringIn = (neighbours: Reading<Neighbours>): ReadonlySet<string> => {
  const entries = isOk(neighbours) && isOk(neighbours.value.entries) ? neighbours.value.entries.value : []
  return new Set(entries.filter(({ state }) => states.has(state)).map(({ address }) => address))
}
