import { unavailable } from '../../shared/reading.ts'
import type { PartName } from '../../shared/snapshot.ts'
import type { AnyCheck } from './check.ts'

/** Selects checks by code or area, such as `CNI003` or `CNI`; an empty `only` selects all. */
export function chooseChecks(
  checks: readonly AnyCheck[],
  { only, skip }: { readonly only: readonly string[]; readonly skip: readonly string[] },
): readonly AnyCheck[] {
  const isNamed = ({ code }: AnyCheck, names: readonly string[]) => names.some(name => code.startsWith(name))
  return checks.filter(check => (only.length === 0 || isNamed(check, only)) && !isNamed(check, skip))
}

/** The wanted checks, and transitively all checks that may explain their findings. */
export function withCauses(checks: readonly AnyCheck[], isWanted: (check: AnyCheck) => boolean): readonly AnyCheck[] {
  const codes = new Set(checks.filter(isWanted).map(({ code }) => code))
  for (let before = -1; before < codes.size; ) {
    before = codes.size
    for (const { code, explains } of checks) if (explains.some(symptom => codes.has(symptom))) codes.add(code)
  }
  return checks.filter(({ code }) => codes.has(code))
}

const nodeAreas = ['CNI', 'CTK', 'HPN', 'IPM', 'NOD', 'PRX', 'SYS']
const slowParts: readonly PartName[] = ['hostLogs', 'ipsets', 'iptables', 'ipvs', 'nft']

/**
 * Checks that tell nearly everything without logs: `nodes` runs them too, and they learn that logs were not read.
 */
const sufficeWithoutLogs: ReadonlySet<string> = new Set(['CNI003'])

/** The checks that `nodes` runs: they judge a node's own state and need no slow part. */
export const nodeChecks = (checks: readonly AnyCheck[]): readonly AnyCheck[] =>
  checks.map(withoutLogs).filter(check => {
    const parts = check.scope === 'node' ? [...check.needs, ...check.wants] : check.wants
    return nodeAreas.includes(check.code.slice(0, 3)) && !parts.some(part => slowParts.includes(part))
  })

const noLogs = { ...unavailable('not-recorded', 'nodes reads no logs; check does'), ms: 0 }

function withoutLogs(check: AnyCheck): AnyCheck {
  if (check.scope !== 'node' || !sufficeWithoutLogs.has(check.code)) return check
  return {
    ...check,
    wants: check.wants.filter(part => part !== 'hostLogs'),
    run: input => check.run(hasWants(input) ? { ...input, maybe: { ...input.maybe, hostLogs: noLogs } } : input),
  }
}

const hasWants = (input: unknown): input is { readonly maybe: object } =>
  typeof input === 'object' && input !== null && 'maybe' in input && typeof input.maybe === 'object'
