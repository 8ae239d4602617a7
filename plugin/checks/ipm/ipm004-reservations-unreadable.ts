import { type Draft, found, nodeCheck, notApplicable, notRun, passed } from '../../engine/check.ts'
import { addressParts, addressUse, inState, type NetworkUse } from '../../model/address-use.ts'
import { apiNode } from '../../model/api-node.ts'
import { onNode, quote } from '../../model/command.ts'
import { minute } from '../../model/pods.ts'

export default nodeCheck({
  code: 'IPM004',
  severity: 'warning',
  title: 'Unreadable reservations',
  explains: ['IPM002'],
  needs: [],
  wants: addressParts,
  wantsCluster: ['nodes', 'pods'],
  run: ({ node, maybe, maybeCluster, takenAt }) => {
    const api = apiNode(maybeCluster.nodes, node)
    const { networks, unknown } = addressUse({ parts: maybe, node: api, pods: maybeCluster.pods, takenAt })
    const drafts = networks.flatMap(network => {
      const files = brokenFiles(network)
      return files.length > 0 ? [draft(node, network, files)] : []
    })
    if (drafts.length > 0) return found(...drafts)
    if (unknown !== null) return notRun(unknown)
    if (networks.length === 0) return notApplicable('host-local gives no addresses here')
    const unread = networks.flatMap(({ strays }) => strays).find(stray => stray.unread)
    return unread ? notRun(`${unread.name} could not be read: ${unread.why}`) : passed
  },
})

interface BrokenFile {
  readonly name: string
  readonly why: string
}

/** A file is briefly empty when it is created. */
const settled = 2 * minute

function brokenFiles(network: NetworkUse): readonly BrokenFile[] {
  const empty = inState(network, 'unknown').filter(
    ({ reservation, ageMs }) => reservation.containerId === '' && (ageMs === null || ageMs >= settled),
  )
  return [
    ...empty.map(({ reservation }) => ({ name: reservation.address, why: 'the file is empty' })),
    ...network.strays.filter(({ unread }) => !unread),
  ]
}

function draft(node: string, { name, path }: NetworkUse, files: readonly BrokenFile[]): Draft {
  const shown = files.slice(0, 5).map(file => `${file.name} (${file.why})`)
  const more = files.length > shown.length ? ` and ${files.length - shown.length} more` : ''
  return {
    key: name,
    message: `${files.length} files in the store of network ${name} on ${node} are no reservations`,
    evidence: [
      {
        at: `${node}:${path}`,
        observed: `${shown.join(', ')}${more}`,
        expected: 'an address as name, a container id inside',
      },
    ],
    danger: 'a file that is named as an address takes it for ever: no release ever matches it',
    remedies: [
      {
        title: 'look at them, then move those that nothing needs away under the lock of host-local',
        commands: [
          onNode(
            `ls -l ${files
              .slice(0, 5)
              .map(file => quote(`${path}/${file.name}`))
              .join(' ')}`,
          ),
          onNode(
            `mkdir -p /root/unreadable && flock ${quote(`${path}/lock`)} mv -n -t /root/unreadable ${quote(`${path}/${files[0]?.name ?? ''}`)}`,
          ),
        ],
        risk: 'low',
        rollback: `mv -n -t ${quote(path)} /root/unreadable/*`,
      },
    ],
  }
}
