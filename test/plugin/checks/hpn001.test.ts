import check from '../../../plugin/checks/hpn/hpn001-hairpin-off.ts'
import { unavailable } from '../../../shared/reading.ts'
import { pod, sliceOf } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { bridge, cniConfig, configFile, plugin } from '../../support/host-objects.ts'
import { type GivenCluster, type GivenParts, snapshot } from '../../support/snapshot.ts'

const given = (bridges: ReturnType<typeof bridge>[], cluster: GivenCluster = {}, parts: GivenParts = {}) =>
  snapshot({
    nodes: { node1: { bridges: { bridges }, ...parts } },
    cluster: { pods: [pod()], endpointSlices: [sliceOf('web-1')], ...cluster },
  })
const weave = bridge('weave', [true])
const withLink = {
  ...weave,
  ports: [...weave.ports, { name: 'vethwe-bridge', hairpin: weave.ports[0]?.hairpin ?? unavailable('missing', '') }],
}
const off = { status: 'ok', value: false } as const
const unread = { ...bridge('cni0', []), ports: [{ name: 'veth0', hairpin: unavailable('denied', 'EACCES') }] }
const calico = cniConfig(configFile('10-calico.conflist', { plugins: [plugin('calico')] }))

checkCases(check, {
  fires: [
    {
      name: 'where all ports are off and a pod is an endpoint of a service',
      given: given([bridge('cni0', [false, false])]),
      subject: 'node1',
      at: 'brif/veth0/hairpin_mode',
    },
    {
      name: 'as a warning where some ports are off: which pods they belong to is not known',
      given: given([bridge('cni0', [false, true])]),
      subject: 'node1',
      at: 'brif/veth0/hairpin_mode',
      severity: 'warning',
    },
    {
      name: 'as an info where no pod of the node is an endpoint',
      given: given([bridge('cni0', [false])], { endpointSlices: [] }),
      subject: 'node1',
      at: 'brif/veth0/hairpin_mode',
      severity: 'info',
    },
  ],
  silent: [
    { name: 'where the ports are on', given: given([bridge('cni0', [true])]), answer: 'passed' },
    { name: 'where the bridge is promiscuous', given: given([bridge('cbr0', [false], true)]), answer: 'passed' },
    {
      name: 'on the link between Weave’s bridge and its datapath',
      given: given([
        {
          ...withLink,
          ports: withLink.ports.map(port => (port.name === 'vethwe-bridge' ? { ...port, hairpin: off } : port)),
        },
      ]),
      answer: 'passed',
    },
    { name: 'on a bridge that no pod hangs on', given: given([bridge('docker0', [false])]), answer: 'not-applicable' },
    {
      name: 'for a CNI without a bridge',
      given: given([bridge('cni0', [false])], {}, { cniConfig: calico }),
      answer: 'not-applicable',
    },
    { name: 'when hairpin modes were not read', given: given([unread]), answer: 'not-run' },
    {
      name: 'when the slices were not read',
      given: given([bridge('cni0', [false])], { endpointSlices: unavailable('denied', '') }),
      answer: 'not-run',
    },
  ],
})
