import { isMissing, isOk } from '../../../shared/reading.ts'
import { type Draft, found, nodeCheck, notApplicable, notRun, passed } from '../../engine/check.ts'
import { onNode } from '../../model/command.ts'
import { type PinnedFlow, pinnedFlows } from '../../model/pinned-flows.ts'
import { podKey } from '../../model/pods.ts'

export default nodeCheck({
  code: 'CTK004',
  severity: 'warning',
  title: 'Connections pinned to a dead endpoint',
  explains: ['DNS017'],
  needs: [],
  wants: ['udpFlows'],
  cluster: ['services', 'endpointSlices', 'nodes'],
  run: ({ node, maybe: { udpFlows }, cluster, takenAt }) => {
    // Few hosts have the program when the kernel lacks the file.
    if (isMissing(udpFlows)) return notApplicable('neither the kernel nor a program shows the connection table')
    if (!isOk(udpFlows)) return notRun(udpFlows.detail)
    const { flows, cut } = udpFlows.value
    const pinned = pinnedFlows(flows, cluster, takenAt)
    if (pinned.length > 0) return found(...byService(pinned).map(group => draft(node, group)))
    if (cut) return notRun('only a part of the connection table was read, and no connection in it is pinned')
    return flows.length === 0 ? notApplicable('no UDP connection of this node is translated') : passed
  },
})

type Group = readonly [PinnedFlow, ...PinnedFlow[]]

function byService(pinned: readonly PinnedFlow[]): readonly Group[] {
  const groups = new Map<string, Group>()
  for (const one of pinned) {
    const key = podKey(one.service)
    const known = groups.get(key)
    groups.set(key, known ? [...known, one] : [one])
  }
  return [...groups.values()]
}

const shown = 4

function draft(node: string, group: Group): Draft {
  const [{ service, endpoints }] = group
  const count = group.reduce((total, { flow }) => total + flow.count, 0)
  const unreplied = group.reduce((total, { flow }) => total + flow.unreplied, 0)
  const name = podKey(service)
  return {
    key: name,
    message: `${count} UDP connection${count === 1 ? '' : 's'} through ${node} to ${name} still ${count === 1 ? 'leads' : 'lead'} to an address that is no endpoint of it`,
    evidence: [
      ...group.slice(0, shown).map(({ flow }) => ({
        at: `${node}:/proc/net/nf_conntrack, UDP to ${flow.frontend} port ${flow.port}`,
        observed: `leads to ${flow.backend} port ${flow.backendPort} (${flow.count} of them${flow.unreplied > 0 ? `, ${flow.unreplied} never answered` : ''})`,
        expected:
          endpoints.length > 0
            ? `one of ${[...new Set(endpoints)].slice(0, 3).join(', ')}`
            : 'no connection: the service has no endpoint',
      })),
    ],
    danger:
      unreplied > 0
        ? 'who sends from the same port again and again, as resolvers and agents of metrics and logs do, gets no answer until its entry is gone'
        : 'the kernel leads by its entry and not by the rules: who sends from the same port again and again never reaches a pod that runs',
    remedies: [
      {
        title: 'remove these entries; the next packet takes a rule again',
        commands: group
          .slice(0, shown)
          .map(({ flow }) =>
            onNode(
              `conntrack -D -p udp --orig-dst ${flow.frontend} --orig-port-dst ${flow.port} --reply-src ${flow.backend}`,
            ),
          ),
        risk: 'low',
        rollback: 'none is needed: entries come back with the next packet',
      },
      {
        title: 'then see why kube-proxy did not do it: it removes them when an endpoint goes',
        commands: [onNode('curl -s http://127.0.0.1:10256/healthz'), onNode('conntrack --version')],
        risk: 'none',
      },
    ],
  }
}
