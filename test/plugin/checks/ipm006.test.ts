import check from '../../../plugin/checks/ipm/ipm006-pod-outside-node-range.ts'
import type { Pod } from '../../../plugin/cluster/pods.ts'
import { apiNode, pod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { bridgeFile, cniConfig, configFile, plugin } from '../../support/host-objects.ts'
import { type GivenParts, snapshot } from '../../support/snapshot.ts'

const crio = cniConfig(bridgeFile('100-crio.conflist', 'crio', '10.85.0.0/16'))
const both = [apiNode(), apiNode({ name: 'node2', podCIDRs: ['10.244.2.0/24'] })]
const given = (change: Partial<Pod>, parts: GivenParts = { cniConfig: crio }, nodes = both) =>
  snapshot({ nodes: { node1: parts }, cluster: { nodes, pods: [pod(change)] } })

checkCases(check, {
  fires: [
    {
      name: 'on an address of a package’s default',
      given: given({ ips: ['10.85.0.7'] }),
      subject: 'node1',
      at: 'Pod default/web-1',
    },
    {
      name: 'as a warning where there is no other node',
      given: given({ ips: ['10.85.0.7'] }, { cniConfig: crio }, [apiNode()]),
      subject: 'node1',
      at: 'Pod default/web-1',
      severity: 'warning',
    },
  ],
  silent: [
    { name: 'on an address of the node’s range', given: given({}), answer: 'passed' },
    {
      name: 'on a family that the node has no range of',
      given: given({ ips: ['10.244.1.2', 'fd00::2'] }),
      answer: 'passed',
    },
    { name: 'on a finished pod', given: given({ ips: ['10.85.0.7'], phase: 'Failed' }), answer: 'passed' },
    { name: 'on the host’s network', given: given({ ips: ['10.85.0.7'], hostNetwork: true }), answer: 'passed' },
    {
      name: 'where Calico gives addresses',
      given: given(
        { ips: ['10.85.0.7'] },
        { cniConfig: cniConfig(configFile('10-calico.conflist', { plugins: [plugin('calico')] })) },
      ),
      answer: 'not-applicable',
    },
    {
      name: 'where nodes have no range',
      given: given({ ips: ['10.85.0.7'] }, { cniConfig: crio }, [apiNode({ podCIDRs: [] })]),
      answer: 'not-applicable',
    },
    { name: 'when the configuration was not read', given: given({}, {}), answer: 'not-run' },
  ],
})
