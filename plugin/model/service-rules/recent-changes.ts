import type { EndpointSlice } from '../../cluster/endpoint-slices.ts'
import type { Pod } from '../../cluster/pods.ts'
import type { Service } from '../../cluster/services.ts'
import { memoise } from '../memo.ts'
import { ageOf, minute, podKey } from '../pods.ts'
import type { Deviation } from './comparison.ts'
import { addressOfBackend } from './frontend.ts'

interface Sources {
  readonly services: readonly Service[]
  readonly slices: readonly EndpointSlice[]
  readonly pods: readonly Pod[]
  /** In ms since the epoch. */
  readonly takenAt: number
  /** A kube-proxy that does not answer will not catch up, so nothing is just a delay. */
  readonly isDown: boolean
}

/** Rules follow within half a minute; as long again, because API and nodes are not read at the same moment. */
const settled = minute

/** True when rules of a service, `ns/name`, may not have followed yet. */
export function mayFollow(service: string, { services, slices, takenAt, isDown }: Sources): boolean {
  const change = lastChanges(services)(slices).get(service)
  return !isDown && change !== undefined && takenAt - change < settled
}

/** The part of a deviation that is not just a delay; null when nothing remains. */
export function lastingDeviation(deviation: Deviation, sources: Sources): Deviation | null {
  const { pods, takenAt, isDown } = sources
  if (isDown) return deviation
  if (mayFollow(deviation.frontend.service, sources)) return null
  const isOld = (backend: string) =>
    (podsByAddress(pods).get(addressOfBackend(backend)) ?? []).every(pod => !hasJustChanged(pod, takenAt))
  const [stale, absent] = [deviation.stale.filter(isOld), deviation.absent.filter(isOld)]
  const isOver = stale.length + absent.length === 0 && (deviation.kind === 'differs' || deviation.absent.length > 0)
  return isOver ? null : { ...deviation, stale, absent }
}

/** When a service or a slice of it was last written, by `ns/name`, in ms since the epoch. */
const lastChanges = memoise((services: readonly Service[]) =>
  memoise((slices: readonly EndpointSlice[]): ReadonlyMap<string, number> => {
    const changes = new Map<string, number>()
    const note = (service: string, time: string | null) => {
      const at = time === null ? Number.NaN : Date.parse(time)
      if (at > (changes.get(service) ?? 0)) changes.set(service, at)
    }
    for (const service of services) note(podKey(service), service.createdAt)
    for (const { namespace, service, changedAt } of slices) note(`${namespace}/${service}`, changedAt)
    return changes
  }),
)

const podsByAddress = memoise((pods: readonly Pod[]): ReadonlyMap<string, readonly Pod[]> => {
  const byAddress = new Map<string, Pod[]>()
  for (const pod of pods) {
    for (const address of pod.hostNetwork ? [] : pod.ips) {
      const known = byAddress.get(address)
      if (known) known.push(pod)
      else byAddress.set(address, [pod])
    }
  }
  return byAddress
})

function hasJustChanged({ createdAt, deletionTime, conditions }: Pod, takenAt: number): boolean {
  const since = conditions.find(({ type }) => type === 'Ready')?.since ?? null
  return [createdAt, deletionTime, since].some(time => (ageOf(time, takenAt) ?? settled) < settled)
}
