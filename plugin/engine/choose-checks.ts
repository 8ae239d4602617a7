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

/** The checks that `nodes` runs: they judge a node's own state and need no slow part. */
export const nodeChecks = (checks: readonly AnyCheck[]): readonly AnyCheck[] =>
  checks.filter(check => {
    const parts = check.scope === 'node' ? [...check.needs, ...check.wants] : check.wants
    return nodeAreas.includes(check.code.slice(0, 3)) && !parts.some(part => slowParts.includes(part))
  })
