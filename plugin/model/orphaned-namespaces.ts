import * as z from 'zod/mini'
import type { HostLocal } from '../../shared/node/host-local.ts'
import { type LeftNamespace, leftNamespaceSchema, mostRemovals } from '../../shared/protocol/release.ts'
import { isOk, ok, type Reading, unavailable } from '../../shared/reading.ts'
import { gatherWitnesses, type WitnessSources } from './leak-witnesses.ts'
import { ageOf, podKey } from './pods.ts'
import { grace } from './reservation-verdicts.ts'

/** A network namespace whose sandbox the runtime no longer lists. */
export interface OrphanedNamespace {
  /** Its name in /run/netns. */
  readonly name: string
  /** Id of the sandbox it was created for. */
  readonly containerId: string
  /** `namespace/name`; null when the runtime's cache does not have it. */
  readonly pod: string | null
}

type Sources = Omit<WitnessSources, 'hostLocal' | 'pods'> & { readonly hostLocal: Reading<HostLocal> }

/**
 * Namespaces that the runtime's CNI cache links to sandboxes which are gone, older than the grace period; unavailable
 * when a witness did not answer. Other names in /run/netns may belong to anybody. Whether a process is inside is not
 * known here.
 */
export function orphanedNamespaces(sources: Sources): Reading<readonly OrphanedNamespace[]> {
  const { hostLocal, cniResults } = sources
  if (!isOk(hostLocal)) return hostLocal
  if (!isOk(cniResults)) return cniResults
  // API pods prove ownership of addresses, not of namespaces.
  const witnesses = gatherWitnesses({ ...sources, hostLocal: hostLocal.value, pods: ok([]) })
  const { owners, namespaces, silence, lookedAt } = witnesses
  if (silence !== null) return unavailable('failed', silence)
  if (lookedAt === null) return unavailable('not-recorded', 'namespaces were not listed after the sandboxes')
  const entries = [...witnesses.remembered.values()].map(entry => ({ ...entry, name: nameOf(entry.netns) }))
  const used = new Set(entries.filter(({ containerId }) => owners.has(containerId)).map(({ name }) => name))
  return ok(
    entries
      .filter(({ name }) => namespaces.has(name) && !used.has(name))
      .filter(({ mtime }) => (ageOf(mtime, lookedAt) ?? 0) >= grace)
      .map(({ name, containerId, pod }) => ({ name, containerId, pod: pod ? podKey(pod) : null })),
  )
}

/** Namespaces that one run may remove. */
export interface RemovalPlan {
  readonly namespaces: readonly LeftNamespace[]
  readonly refusals: readonly { readonly name: string; readonly why: string }[]
  /** Number left for another run. */
  readonly rest: number
}

/** Excludes names in a form that no runtime uses. */
export function planRemoval(orphans: readonly OrphanedNamespace[]): RemovalPlan {
  const named = orphans.map(({ name, containerId }) => ({ name, containerId }))
  const plain = named.filter(each => z.safeParse(leftNamespaceSchema, each).success)
  const why = 'its name is not one that a runtime gives'
  return {
    namespaces: plain.slice(0, mostRemovals),
    refusals: named.filter(each => !plain.includes(each)).map(({ name }) => ({ name, why })),
    rest: Math.max(0, plain.length - mostRemovals),
  }
}

const nameOf = (netns: string | null): string => netns?.split('/').at(-1) ?? ''
