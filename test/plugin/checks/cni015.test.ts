import check from '../../../plugin/checks/cni/cni015-configuration-differs.ts'
import type { PluginConfig } from '../../../shared/formats/cni-config.ts'
import { unavailable } from '../../../shared/reading.ts'
import { apiNode } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { brokenFile, cniConfig, configFile, hostLocalIpam, plugin, runtime } from '../../support/host-objects.ts'
import { type GivenParts, snapshot } from '../../support/snapshot.ts'

/** A node whose only network is a list of these plugins. */
const using = (...plugins: PluginConfig[]): GivenParts => ({
  cniConfig: cniConfig(configFile('10-net.conflist', { plugins })),
  runtime: runtime(),
})
const bridge = (subnet = '10.1.0.0/24', mtu: number | null = null) =>
  plugin('bridge', { ipam: hostLocalIpam(subnet), mtu })

const given = (nodes: Record<string, GivenParts>, labels: (name: string) => Record<string, string> = () => ({})) =>
  snapshot({ cluster: { nodes: Object.keys(nodes).map(name => apiNode({ name, labels: labels(name) })) }, nodes })

checkCases(check, {
  fires: [
    {
      name: 'where one node of three lacks a chained plugin',
      given: given({
        node1: using(bridge()),
        node2: using(bridge(), plugin('portmap')),
        node3: using(bridge(), plugin('portmap')),
      }),
      subject: 'node1',
      at: '10-net.conflist',
    },
    {
      name: 'between two nodes',
      given: given({ node1: using(bridge()), node2: using(bridge(), plugin('portmap')) }),
      subject: 'node2',
      at: '10-net.conflist',
    },
  ],
  silent: [
    {
      name: 'where only subnet and MTU differ',
      given: given({ node1: using(bridge('10.1.0.0/24', 1450)), node2: using(bridge('10.1.1.0/24', 1500)) }),
      answer: 'passed',
    },
    {
      name: 'where the nodes are of different pools',
      given: given({ node1: using(bridge()), node2: using(bridge(), plugin('portmap')) }, name => ({ pool: name })),
      answer: 'passed',
    },
    {
      name: 'where a file cannot be understood, which CNI002 names',
      given: given({
        node1: using(bridge()),
        node2: { cniConfig: cniConfig(brokenFile('10-net.conflist')), runtime: runtime() },
      }),
      answer: 'passed',
    },
    {
      name: 'when a node was not read',
      given: given({ node1: using(bridge()), node2: { cniConfig: unavailable('denied', ''), runtime: runtime() } }),
      answer: 'not-run',
    },
    { name: 'with one node', given: given({ node1: using(bridge()) }), answer: 'not-applicable' },
  ],
})
