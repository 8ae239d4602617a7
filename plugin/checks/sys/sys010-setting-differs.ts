import { isOk } from '../../../shared/reading.ts'
import { clusterCheck, type Draft, foundAmong, notApplicable, notRun } from '../../engine/check.ts'
import { onNode } from '../../model/command.ts'
import { comparableFacts, comparableParts } from '../../model/comparable-facts.ts'
import { groupOf } from '../../model/node-group.ts'
import { type Oddity, oddOnesOut } from '../../model/odd-one-out.ts'

/** The CNI configuration has a check of its own, CNI015. */
const elsewhere = 'CNI configuration'
const mostShown = 20

export default clusterCheck({
  code: 'SYS010',
  severity: 'info',
  title: 'Setting differs from most nodes of its group',
  explains: [],
  wants: comparableParts.filter(part => part !== 'cniConfig'),
  cluster: ['nodes'],
  decisive: ['kernel', 'kubeProxy', 'links', 'modules', 'runtime'],
  run: ({ cluster, nodes, notRead }) => {
    if (nodes.size === 0) return notRun('no node was read')
    if (nodes.size + notRead.size < 3) return notApplicable('fewer than three nodes have no majority')
    const known = new Map(cluster.nodes.map(node => [node.name, node]))
    const facts = new Map([...nodes].map(([name, parts]) => [name, comparableFacts(parts, known.get(name))]))
    const nameGroup = (name: string) => {
      const node = known.get(name)
      return node ? groupOf(node) : `unknown node ${name}`
    }
    const odd = oddOnesOut(facts, nameGroup).filter(({ fact }) => fact !== elsewhere)
    const unread = [...nodes].filter(([, { sysctls }]) => !isOk(sysctls)).map(([name]) => name)
    return foundAmong(
      [...new Set(odd.map(({ node }) => node))].map(node =>
        draft(
          node,
          odd.filter(oddity => oddity.node === node),
        ),
      ),
      unread.length > 0 ? [{ nodes: unread, why: 'sysctls not read' }] : [],
    )
  },
})

function draft(node: string, odd: readonly Oddity[]): Draft {
  const [first] = odd
  const more = odd.length - mostShown
  return {
    subject: { kind: 'Node', name: node },
    message: `${node} differs from most nodes like it in ${odd.length === 1 ? first?.fact : `${odd.length} settings`}`,
    evidence: [
      ...odd.slice(0, mostShown).map(({ fact, value, usual, share }) => ({
        at: `${node}: ${fact}`,
        observed: value,
        expected: `${usual}, as on ${share.usual} of ${share.known}`,
      })),
      ...(more > 0 ? [{ at: node, observed: `and ${more} more` }] : []),
    ],
    danger: 'none by itself; what fails on one node of many often hangs on what is different there',
    remedies: [
      {
        title: 'find out whether it is meant; what is loaded or set at boot stands in these files',
        commands: [onNode('ls -l /etc/sysctl.d /usr/lib/sysctl.d /etc/modules-load.d')],
        risk: 'none',
      },
    ],
  }
}
