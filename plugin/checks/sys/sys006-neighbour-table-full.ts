import type { Neighbours } from '../../../shared/node/neighbours.ts'
import { isMissing, isOk } from '../../../shared/reading.ts'
import { type Draft, found, nodeCheck, notApplicable, notRun, passed } from '../../engine/check.ts'
import { onNode } from '../../model/command.ts'
import { growthOf } from '../../model/counters.ts'
import { recentMessages } from '../../model/kernel-messages.ts'

/** From this share of `gc_thresh3` on the table is nearly full. */
const nearly = 0.9

export default nodeCheck({
  code: 'SYS006',
  severity: 'error',
  title: 'Neighbour table full',
  explains: ['NET002'],
  needs: ['neighbours'],
  wants: ['kernelLog'],
  decisive: ['kernelLog'],
  run: ({ node, parts: { neighbours }, maybe: { kernelLog }, takenAt }) => {
    const logged = (name: string) =>
      isOk(kernelLog) ? recentMessages(kernelLog.value, overflow(name), takenAt).length : 0
    const uses = (['ipv4', 'ipv6'] as const).map(family => useOf(family, neighbours[family], logged(files[family])))
    const drafts = uses.flatMap(use => (isWorthTelling(use) ? [draft(node, use)] : []))
    if (drafts.length > 0) return found(...drafts)
    const { counters, limits } = neighbours.ipv4
    if (isMissing(counters)) return notApplicable('only the first network namespace of a machine shows this table')
    if (!isOk(counters)) return notRun(counters.detail)
    return isOk(limits) ? passed : notRun(limits.detail)
  },
})

const files = { ipv4: 'arp_cache', ipv6: 'ndisc_cache' } as const

const overflow = (name: string) => new RegExp(`${name}: neighbou?r table overflow`)

interface Use {
  readonly family: 'ipv4' | 'ipv6'
  readonly entries: number | null
  readonly most: number | null
  /** How often it was full between the two samples. */
  readonly refused: number
  /** Messages of the last hour. */
  readonly logged: number
}

function useOf(family: Use['family'], { limits, counters, later }: Neighbours['ipv4'], logged: number): Use {
  return {
    family,
    entries: isOk(counters) ? (counters.value.entries ?? null) : null,
    most: isOk(limits) ? limits.value.hard : null,
    refused: isOk(counters) && isOk(later) ? (growthOf('table_fulls', counters.value, later.value.counters) ?? 0) : 0,
    logged,
  }
}

const isWorthTelling = ({ entries, most, refused, logged }: Use): boolean =>
  refused > 0 || logged > 0 || (entries !== null && most !== null && entries >= nearly * most)

function draft(node: string, { family, entries, most, refused, logged }: Use): Draft {
  const full = refused > 0 || logged > 0 || (entries !== null && most !== null && entries >= most)
  const limit = `net.${family}.neigh.default.gc_thresh3`
  const wanted = 8 * (most ?? 1024)
  return {
    key: family,
    severity: full ? 'error' : 'warning',
    message: `the table of ${family === 'ipv4' ? 'IPv4' : 'IPv6'} neighbours of ${node} is ${full ? 'full' : 'nearly full'}${entries !== null && most !== null ? `: ${entries} of ${most} entries` : ''}`,
    evidence: [
      ...(entries === null
        ? []
        : [
            {
              at: `${node}:/proc/net/stat/${files[family]}`,
              observed: `${entries} entries in all network namespaces together${refused > 0 ? `; full ${refused} times between two samples` : ''}`,
              ...(most === null ? {} : { expected: `well below ${limit} = ${most}` }),
            },
          ]),
      ...(logged === 0
        ? []
        : [{ at: `${node}: kernel log`, observed: `neighbour table overflow, ${logged} times in the last hour` }]),
    ],
    danger: 'the kernel cannot learn the link address of another pod or node: packets to new peers are lost at random',
    remedies: [
      {
        title: 'raise the three limits now; the kernel’s default is meant for a desk, not for hundreds of pods',
        commands: [wanted / 8, wanted / 2, wanted].map((value, i) =>
          onNode(`sysctl -w net.${family}.neigh.default.gc_thresh${i + 1}=${Math.ceil(value)}`),
        ),
        risk: 'low',
        rollback: `sysctl -w ${limit}=${most ?? 1024}`,
      },
      {
        title: 'keep them after a restart',
        commands: [onNode(`sysctl -a 2>/dev/null | grep 'neigh.default.gc_thresh' > /etc/sysctl.d/99-neighbours.conf`)],
        risk: 'low',
        rollback: 'rm /etc/sysctl.d/99-neighbours.conf',
      },
    ],
  }
}
