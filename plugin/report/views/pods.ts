import { isOk } from '../../../shared/reading.ts'
import { describePods, type PodOverview } from '../../model/pod-overview.ts'
import { ageOf } from '../../model/pods.ts'
import { defineView, isInNamespaces } from '../view.ts'

/** Why pods are stuck. */
export const podsView = defineView<PodOverview & { readonly age: number | null }>({
  areas: ['POD'],
  parts: [],
  cluster: ['events'],
  takesName: 'Pod',
  key: 'pods',
  none: 'every pod is ready or has finished',
  rows: (snapshot, report, focus) => {
    const { pods } = snapshot.cluster
    if (!isOk(pods)) return pods.detail
    const rows = describePods(snapshot, report, pod => {
      if (!isInNamespaces(pod.namespace, focus)) return false
      return focus.name === null || (pod.name === focus.name ? 'even when well' : false)
    })
    return rows.map(row => ({ ...row, age: ageOf(row.createdAt, Date.parse(snapshot.takenAt)) }))
  },
  columns: [
    ['POD', ({ namespace, name }) => `${namespace}/${name}`],
    ['NODE', ({ node }) => node ?? '-'],
    ['STATE', ({ state }) => state],
    ['AGE', ({ age }) => (age === null ? '?' : durationOf(age))],
    ['RESTARTS', ({ restarts }) => String(restarts)],
    ['WHY', ({ code, why }) => [code, why].filter(Boolean).join(' ') || '-'],
  ],
})

function durationOf(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000))
  if (minutes < 120) return `${minutes}m`
  return minutes < 2880 ? `${Math.round(minutes / 60)}h` : `${Math.round(minutes / 1440)}d`
}
