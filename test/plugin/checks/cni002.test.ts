import check from '../../../plugin/checks/cni/cni002-configuration-broken.ts'
import { unavailable } from '../../../shared/reading.ts'
import { sandboxEvent, waitingPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { brokenFile, cniConfig, configFile, runtime } from '../../support/host-objects.ts'
import { type GivenCluster, type GivenParts, snapshot } from '../../support/snapshot.ts'

const one = (parts: GivenParts, cluster: GivenCluster = {}) => snapshot({ nodes: { node1: parts }, cluster })
const broken = brokenFile('10-a.conflist')
const good = configFile('20-b.conflist')
const unreadable = { ...configFile('05-x.conflist'), content: unavailable('denied', 'EACCES') }

checkCases(check, {
  fires: [
    {
      name: 'on the only file, with line and column',
      given: one({ cniConfig: cniConfig(broken), runtime: runtime({ ready: false }) }),
      subject: 'node1',
      at: 'node1:/etc/cni/net.d/10-a.conflist:3:7',
    },
    {
      name: 'on containerd where a broken file comes before the good one',
      given: one({ cniConfig: cniConfig(broken, good), runtime: runtime({ ready: false }) }),
      subject: 'node1',
      at: '10-a.conflist',
    },
    {
      name: 'where the runtime says that it has a network but pods fail',
      given: one(
        { cniConfig: cniConfig(broken), runtime: runtime({ networks: ['net'] }) },
        { pods: [waitingPod()], events: [sandboxEvent('error parsing configuration: unexpected end of JSON input')] },
      ),
      subject: 'node1',
      at: 'Event of Pod default/waiting',
    },
    {
      name: 'as a warning where the last good one is still in memory',
      given: one({ cniConfig: cniConfig(broken), runtime: runtime({ networks: ['net'] }) }),
      subject: 'node1',
      at: '10-a.conflist',
      severity: 'warning',
    },
    {
      name: 'as a warning on CRI-O, which passes a broken file over',
      given: one({ cniConfig: cniConfig(broken, good), runtime: runtime({ name: 'cri-o' }) }),
      subject: 'node1',
      at: '10-a.conflist',
      severity: 'warning',
    },
    {
      name: 'as a warning on a broken file behind the winner',
      given: one({ cniConfig: cniConfig(configFile('05-good.conflist'), broken), runtime: runtime() }),
      subject: 'node1',
      at: '10-a.conflist',
      severity: 'warning',
    },
  ],
  silent: [
    { name: 'on a valid file', given: one({ cniConfig: cniConfig(good), runtime: runtime() }), answer: 'passed' },
    {
      name: 'where there is no directory',
      given: one({ cniConfig: { ...cniConfig(), files: unavailable('missing', '') } }),
      answer: 'not-applicable',
    },
    {
      name: 'when the file that decides is unread',
      given: one({ cniConfig: cniConfig(unreadable, good) }),
      answer: 'not-run',
    },
  ],
})
