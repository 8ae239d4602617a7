import type { Reservation } from '../../shared/node/host-local.ts'
import type { Witnesses } from './leak-witnesses.ts'
import { ageOf, minute, podKey } from './pods.ts'

/** What is known of one reservation, and why. `leaked` is said only when nothing at all speaks for it. */
export interface Verdict {
  readonly reservation: Reservation
  readonly state: 'live' | 'leaked' | 'unknown'
  /** One sentence without subject: what the decisive witness said. */
  readonly why: string
  /** `namespace/name` of the owner, where a witness names one. */
  readonly pod: string | null
  /** Milliseconds since it was made, by the host's clock; null when that is not known. */
  readonly ageMs: number | null
}

/**
 * A pod in the making has its reservation before the runtime lists its sandbox. The longest way through kubelet and
 * runtimes takes 7 minutes (CRI-O: 5 for the network, 2 for the request); Calico's own collector waits 15.
 */
export const grace = 30 * minute

/** Judges the reservations of the store at `path`. Pure; `takenAt` counts where the host's clock was not read. */
export const judgeReservations = (
  reservations: readonly Reservation[],
  { path, witnesses, takenAt }: { path: string; witnesses: Witnesses; takenAt: number },
): readonly Verdict[] =>
  reservations.map(reservation => {
    const ageMs = ageOf(reservation.mtime, witnesses.lookedAt ?? takenAt)
    return { reservation, ageMs, ...judge(reservation, { path, witnesses, ageMs }) }
  })

interface Case {
  readonly path: string
  readonly witnesses: Witnesses
  readonly ageMs: number | null
}

type Judgement = Pick<Verdict, 'state' | 'why' | 'pod'>

/** Every sign of life, and every witness that did not answer, ends the question before `leaked` is reached. */
function judge({ address, containerId }: Reservation, { path, witnesses, ageMs }: Case): Judgement {
  if (containerId === '') return unknown('the file is empty, so it names no container')
  const owner = witnesses.owners.get(containerId)
  if (owner !== undefined) return { state: 'live', why: 'the runtime lists its sandbox', pod: owner }
  if (witnesses.silence !== null) return unknown(witnesses.silence)
  if (witnesses.changed.has(`${path}/${address}`)) return unknown('it was given back or made anew meanwhile')
  const claimant = witnesses.claims.get(address)
  if (claimant !== undefined) return unknown(`Pod ${claimant} has this address in the API`, claimant)
  if (ageMs === null) return unknown('when it was made is not known')
  if (ageMs < grace) return unknown(`it is younger than ${grace / minute} minutes and may be that of a starting pod`)
  const holder = witnesses.held.get(address)
  if (holder !== undefined)
    return unknown(`a running pod has this address: ${holder || 'of unknown name'}`, holder || null)
  if (witnesses.answering.has(address)) return unknown('somebody answers at this address')
  const remembered = witnesses.remembered.get(containerId)
  const netns = remembered?.netns?.split('/').at(-1) ?? ''
  const pod = remembered?.pod ? podKey(remembered.pod) : null
  if (witnesses.namespaces.has(netns)) return unknown(`its network namespace ${netns} still exists`, pod)
  return { state: 'leaked', why: 'no sandbox of the runtime, no pod and no neighbour has it', pod }
}

const unknown = (why: string, pod: string | null = null): Judgement => ({ state: 'unknown', why, pod })
