import { expect, test } from 'vitest'
import check from '../../../plugin/checks/cni/cni017-bridge-keeps-old-subnet.ts'
import { runChecks } from '../../../plugin/engine/run.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { apiNode, sandboxEvent, waitingPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { bridgeFile, cniConfig, configFile, link, links, plugin } from '../../support/host-objects.ts'
import { type GivenCluster, type GivenParts, snapshot } from '../../support/snapshot.ts'

const unread = unavailable('not-recorded', '')
const bridged = cniConfig(bridgeFile('10-bridge.conflist', 'net', '10.244.1.0/24'))
const flannel: GivenParts = {
  cniConfig: cniConfig(configFile('10-flannel.conflist', { plugins: [plugin('flannel')] })),
  cniDaemons: {
    flannel: ok({ networks: ['10.244.0.0/16'], subnets: ['10.244.1.1/24'], mtu: 1450, masquerade: true }),
    calicoNodeName: unread,
    calicoMtu: unread,
    sockets: {},
  },
}
const given = (parts: GivenParts, cluster: GivenCluster = {}) =>
  snapshot({ nodes: { node1: parts }, cluster: { nodes: [apiNode()], pods: [waitingPod()], events: [], ...cluster } })
const refused: GivenCluster = {
  events: [
    sandboxEvent(
      'plugin type=\\"bridge\\" failed (add): failed to set bridge addr: \\"cni0\\" already has an IP address different from 10.244.1.1/24',
    ),
  ],
}
const cni0 = (...addresses: string[]) => ({ links: links(link('cni0', addresses, { kind: 'bridge' })) })

checkCases(check, {
  fires: [
    {
      name: 'where pods fail for the old address',
      given: given({ cniConfig: bridged, ...cni0('10.244.7.1/24') }, refused),
      subject: 'node1',
      at: 'device cni0',
    },
    { name: 'by the event alone', given: given({ cniConfig: bridged }, refused), subject: 'node1', at: 'Event of Pod' },
    {
      name: 'as a warning where flannel has another lease and no pod has failed yet',
      given: given({ ...flannel, ...cni0('10.244.7.1/24', 'fe80::1/64') }),
      subject: 'node1',
      at: 'device cni0',
      severity: 'warning',
    },
    {
      name: 'on the file, where the bridge fits the range of the node',
      given: given(
        { cniConfig: bridged, ...cni0('10.244.7.1/24') },
        { ...refused, nodes: [apiNode({ podCIDRs: ['10.244.7.0/24'] })] },
      ),
      subject: 'node1',
      at: '10-bridge.conflist',
    },
  ],
  silent: [
    {
      name: 'where the address fits the file',
      given: given({ cniConfig: bridged, ...cni0('10.244.1.1/24') }),
      answer: 'passed',
    },
    {
      name: 'where the address fits the lease',
      given: given({ ...flannel, ...cni0('10.244.1.1/24') }),
      answer: 'passed',
    },
    { name: 'on a bridge without an address', given: given({ cniConfig: bridged, ...cni0() }), answer: 'passed' },
    {
      name: 'where the bridge was not made yet',
      given: given({ cniConfig: bridged, links: links() }),
      answer: 'passed',
    },
    {
      name: 'where pods hang on no bridge',
      given: given({ cniConfig: cniConfig(configFile('10-x.conflist', { plugins: [plugin('calico')] })) }),
      answer: 'not-applicable',
    },
    { name: 'when devices were not read', given: given({ cniConfig: bridged }), answer: 'not-run' },
  ],
})

test('a bridge that fits the range of its node is not removed', () => {
  const wrongFile = given(
    { cniConfig: bridged, ...cni0('10.244.7.1/24') },
    { ...refused, nodes: [apiNode({ podCIDRs: ['10.244.7.0/24'] })] },
  )
  const [finding] = runChecks(wrongFile, [check]).findings
  const commands = finding?.remedies.flatMap(remedy => remedy.commands.map(({ run }) => run)).join('; ')
  expect(commands).toContain('s#10\\.244\\.1\\.0/24#10.244.7.0/24#g')
  expect(commands).not.toContain('ip link delete')
})
