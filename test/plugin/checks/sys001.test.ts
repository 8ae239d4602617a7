import check from '../../../plugin/checks/sys/sys001-ip-forwarding-off.ts'
import { unavailable } from '../../../shared/reading.ts'
import { daemonPod, pod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { bridge, sysctls } from '../../support/host-objects.ts'
import { type GivenCluster, type GivenParts, snapshot } from '../../support/snapshot.ts'

const key = 'net/ipv4/ip_forward'
const given = (parts: GivenParts, cluster: GivenCluster = { pods: [pod()], daemonSets: [] }) =>
  snapshot({ nodes: { node1: parts }, cluster })
const hostPod = pod({ hostNetwork: true })
const cilium = daemonPod('quay.io/cilium/cilium:v1.17', 'cilium')

checkCases(check, {
  fires: [
    {
      name: 'where it is 0',
      given: given({ sysctls: sysctls({ [key]: '0' }) }),
      subject: 'node1',
      at: `/proc/sys/${key}`,
    },
    {
      name: 'where the pods’ bridge alone does not forward',
      given: given({
        sysctls: sysctls({ [key]: '1', 'net/ipv4/conf/cni0/forwarding': '0' }),
        bridges: { bridges: [bridge('cni0', [true])] },
      }),
      subject: 'node1',
      at: 'conf/cni0/forwarding',
    },
    {
      name: 'as a warning where Cilium takes the place of kube-proxy',
      given: given({ sysctls: sysctls({ [key]: '0' }) }, { pods: [pod(), cilium], daemonSets: [] }),
      subject: 'node1',
      at: key,
      severity: 'warning',
    },
    {
      name: 'as a warning on a node without pods of their own network',
      given: given({ sysctls: sysctls({ [key]: '0' }) }, { pods: [hostPod], daemonSets: [] }),
      subject: 'node1',
      at: key,
      severity: 'warning',
    },
    {
      name: 'as a warning when pods were not read',
      given: given({ sysctls: sysctls({ [key]: '0' }) }, {}),
      subject: 'node1',
      at: key,
      severity: 'warning',
    },
  ],
  silent: [
    { name: 'where it is 1', given: given({ sysctls: sysctls({ [key]: '1' }) }), answer: 'passed' },
    {
      name: 'where a device that no pod uses does not forward',
      given: given({
        sysctls: sysctls({ [key]: '1', 'net/ipv4/conf/eth9/forwarding': '0' }),
        bridges: { bridges: [bridge('docker0', [])] },
      }),
      answer: 'passed',
    },
    {
      name: 'when it was not read',
      given: given({ sysctls: sysctls({ [key]: unavailable('denied', 'EACCES') }) }),
      answer: 'not-run',
    },
  ],
})
