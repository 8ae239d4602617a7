import type { Weave } from '../../shared/node/weave.ts'
import { isOk, type Part, type Reading } from '../../shared/reading.ts'
import type { Pod } from '../cluster/pods.ts'
import { cniComponentsOf } from './components.ts'
import { type NamedRange, namedRange } from './range-overlaps.ts'

/** Weave Net's own, where its pods do not set another. Source: weave-kube's launch script. */
const usual = '10.32.0.0/12'

/** The network that Weave Net gives to all pods together: by its pods' environment, what a daemon says, or its default; null without Weave Net. */
export function weaveRange(
  pods: Reading<readonly Pod[]>,
  daemons: readonly { readonly weave: Part<Weave> }[],
): NamedRange | null {
  const own = isOk(pods) ? pods.value.filter(isWeave) : []
  if (own.length === 0) return null
  const wanted = own.flatMap(({ specs }) => specs.flatMap(({ env }) => env.IPALLOC_RANGE ?? []))[0]
  const told = daemons.flatMap(({ weave }) =>
    isOk(weave) && isOk(weave.value.status) ? (weave.value.status.value.range ?? []) : [],
  )[0]
  return namedRange('the network of Weave Net', wanted ?? told ?? usual)[0] ?? null
}

/** Whether the pod is Weave Net's. */
export const isWeave = (pod: Pod): boolean => cniComponentsOf(pod).includes('weave')
