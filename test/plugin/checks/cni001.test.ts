import check from '../../../plugin/checks/cni/cni001-configuration-missing.ts'
import { unavailable } from '../../../shared/reading.ts'
import { apiNode, condition, waitingPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { brokenFile, cniConfig, configFile, runtime } from '../../support/host-objects.ts'
import { type GivenCluster, type GivenParts, snapshot } from '../../support/snapshot.ts'

const one = (parts: GivenParts, cluster: GivenCluster = {}) => snapshot({ nodes: { node1: parts }, cluster })
const notReady = runtime({ ready: false })
const missing = { ...cniConfig(), files: unavailable('missing', '/etc/cni/net.d does not exist') }
const networkLess = condition({ status: 'False', message: 'container runtime network not ready' })

checkCases(check, {
  fires: [
    {
      name: 'on an empty directory of a runtime without a network',
      given: one({ cniConfig: cniConfig(), runtime: notReady }),
      subject: 'node1',
      at: 'node1:/etc/cni/net.d',
    },
    {
      name: 'on a directory that does not exist',
      given: one({ cniConfig: missing, runtime: notReady }),
      subject: 'node1',
      at: 'node1:/etc/cni/net.d',
    },
    {
      name: 'where the runtime did not answer but the Node is not ready for its network',
      given: one({ cniConfig: cniConfig() }, { nodes: [apiNode({ conditions: [networkLess] })] }),
      subject: 'node1',
      at: 'node1:/etc/cni/net.d',
    },
    {
      name: 'where the runtime did not answer but a pod waits',
      given: one({ cniConfig: cniConfig() }, { pods: [waitingPod()], events: [] }),
      subject: 'node1',
      at: 'Pod default/waiting',
    },
    {
      name: 'as a warning where the runtime works on from memory',
      given: one({ cniConfig: cniConfig(), runtime: runtime({ networks: ['net'] }) }),
      subject: 'node1',
      at: 'node1:/etc/cni/net.d',
      severity: 'warning',
    },
  ],
  silent: [
    {
      name: 'where there is a file',
      given: one({ cniConfig: cniConfig(configFile('10-x.conflist')) }),
      answer: 'passed',
    },
    {
      name: 'on a broken file, which another check judges',
      given: one({ cniConfig: cniConfig(brokenFile('10-x.conflist')), runtime: notReady }),
      answer: 'passed',
    },
    {
      name: 'where Docker has a network without a file, as with kubenet',
      given: one({ cniConfig: cniConfig(), runtime: runtime({ name: 'docker' }) }),
      answer: 'not-applicable',
    },
    {
      name: 'when the directory could not be read',
      given: one({ cniConfig: { ...cniConfig(), files: unavailable('denied', 'EACCES') }, runtime: notReady }),
      answer: 'not-run',
    },
    {
      name: 'when nobody told whether the node has a network',
      given: one({ cniConfig: cniConfig() }, { pods: [], events: [] }),
      answer: 'not-run',
    },
  ],
})
