import { isMissing, isOk } from '../../../shared/reading.ts'
import { counted } from '../../../shared/text.ts'
import { found, nodeCheck, notApplicable, notRun, passed } from '../../engine/check.ts'
import { onNode, quote } from '../../model/command.ts'

export default nodeCheck({
  code: 'IPM012',
  severity: 'error',
  title: 'Weave addresses held by a gone peer',
  explains: ['IPM002', 'POD001'],
  needs: [],
  wants: ['weave'],
  wantsCluster: ['nodes'],
  run: ({ node, maybe: { weave }, maybeCluster: { nodes } }) => {
    const peers = isOk(weave) ? weave.value.peers : weave
    if (isMissing(peers)) return notApplicable('Weave Net gives no addresses here')
    if (!isOk(peers)) return notRun(peers.detail)
    if (!isOk(nodes)) return notRun(nodes.detail)
    const known = new Set(nodes.value.map(({ name }) => name))
    const gone = peers.value.filter(peer => peer.unreachable && peer.addresses > 0 && !known.has(peer.nickname))
    if (gone.length === 0) return passed
    const status = isOk(weave) && isOk(weave.value.status) ? weave.value.status.value.ipam : null
    const sum = gone.reduce((total, { addresses }) => total + addresses, 0)
    return found({
      severity: status !== null && /unreachable peers|waiting for IP/i.test(status) ? 'error' : 'warning',
      message: `${counted(sum, 'address', 'addresses')} of Weave Net ${sum === 1 ? 'is' : 'are'} owned by ${gone.length === 1 ? 'a peer that is no node' : `${gone.length} peers that are no node`} of the cluster`,
      evidence: [
        {
          at: `${node}: http://127.0.0.1:6784/status/ipam`,
          observed: gone
            .slice(0, 5)
            .map(({ peer, nickname, addresses }) => `${peer}(${nickname}) ${addresses} IPs, unreachable`)
            .join('; '),
        },
        ...(status === null ? [] : [{ at: `${node}: http://127.0.0.1:6784/status`, observed: `ipam: ${status}` }]),
      ],
      danger: 'their share of the range is lost to all nodes until somebody takes it over',
      remedies: [
        {
          title: 'make sure that the node is gone for good, then let this one take its range over',
          commands: gone
            .slice(0, 3)
            .map(({ peer }) => onNode(`curl -X DELETE http://127.0.0.1:6784/peer/${quote(peer)}`)),
          risk: 'low',
        },
      ],
    })
  },
})
