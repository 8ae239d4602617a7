import { isOk, ok } from '../../../shared/reading.ts'
import { type Draft, found, nodeCheck, notApplicable, passed } from '../../engine/check.ts'
import { apiNode } from '../../model/api-node.ts'
import { onNode } from '../../model/command.ts'
import { uplinks } from '../../model/uplinks.ts'

export default nodeCheck({
  code: 'SYS013',
  severity: 'warning',
  title: 'IPv6 default route lost',
  explains: ['NET004'],
  needs: ['sysctls', 'routes'],
  cluster: ['nodes'],
  run: ({ node, parts: { sysctls, routes }, cluster }) => {
    const api = apiNode(ok(cluster.nodes), node)
    const isIpv6 = api?.addresses.some(({ type, address }) => type === 'InternalIP' && address.includes(':')) ?? false
    if (!isIpv6) return notApplicable('the node has no IPv6 address')
    const isOne = (key: string) => {
      const value = sysctls.values[key]
      return value !== undefined && isOk(value) && value.value === '1'
    }
    if (!isOne('net/ipv6/conf/all/forwarding') || uplinks(routes, 6).length > 0) return passed
    const devices = uplinks(routes, 4).filter(device => isOne(`net/ipv6/conf/${device}/accept_ra`))
    return found(...devices.map(device => draft(node, device)))
  },
})

const draft = (node: string, device: string): Draft => ({
  key: device,
  confidence: 'likely',
  message: `${node} has no IPv6 default route: it forwards, and ${device} then takes none from routers`,
  evidence: [
    { at: `${node}: ip -6 route`, observed: 'no default route' },
    { at: `${node}:/proc/sys/net/ipv6/conf/${device}/accept_ra`, observed: '1', expected: '2, where a node forwards' },
    { at: `${node}:/proc/sys/net/ipv6/conf/all/forwarding`, observed: '1' },
  ],
  danger: 'nothing outside of the node’s own links can be reached over IPv6, neither by the node nor by its pods',
  remedies: [
    {
      title: 'take advertisements although the node forwards',
      commands: [onNode(`sysctl -w 'net/ipv6/conf/${device}/accept_ra=2'`), onNode('ip -6 route show default')],
      risk: 'low',
      rollback: `sysctl -w 'net/ipv6/conf/${device}/accept_ra=1'`,
    },
  ],
})
