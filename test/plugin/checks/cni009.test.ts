import check from '../../../plugin/checks/cni/cni009-weave-not-answering.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { sandboxEvent, waitingPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { bridgeFile, cniConfig, configFile, plugin } from '../../support/host-objects.ts'
import { type GivenCluster, type GivenParts, minutesAgo, snapshot } from '../../support/snapshot.ts'

const weave = { cniConfig: cniConfig(configFile('10-weave.conflist', { plugins: [plugin('weave-net')] })) }
const unread = unavailable('not-recorded', '')
const answering: NonNullable<GivenParts['weave']> = {
  status: ok({ version: '2.8.1', connections: null, ipam: 'ready', range: null }),
  peers: unread,
  owned: unread,
  database: unread,
}
const refused = 'dial tcp 127.0.0.1:6784: connect: connection refused'
const given = (parts: GivenParts = weave, cluster: GivenCluster = {}) =>
  snapshot({ nodes: { node1: parts }, cluster: { pods: [waitingPod()], events: [], ...cluster } })
const log = (message: string): NonNullable<GivenParts['hostLogs']> => ({
  logs: [
    {
      component: 'kubelet',
      source: 'journal-kubelet',
      entries: ok([{ time: minutesAgo(1), level: 'error', program: null, message }]),
    },
  ],
})

checkCases(check, {
  fires: [
    {
      name: 'on a pod that gets no address',
      given: given(weave, {
        events: [sandboxEvent(`unable to allocate IP address: Post "http://127.0.0.1:6784/ip/x": ${refused}`)],
      }),
      subject: 'node1',
      at: 'Event of Pod default/waiting',
    },
    {
      name: 'as a warning where only giving back fails',
      given: given({
        ...weave,
        hostLogs: log(`weave-cni: unable to release IP address: Delete http://127.0.0.1:6784/ip/x: ${refused}`),
      }),
      subject: 'node1',
      at: 'journal-kubelet',
      severity: 'warning',
    },
  ],
  silent: [
    { name: 'where no pod complains', given: given(), answer: 'passed' },
    {
      name: 'where the daemon answers again',
      given: given({ ...weave, weave: answering, hostLogs: log(`Delete http://127.0.0.1:6784/ip/x: ${refused}`) }),
      answer: 'passed',
    },
    {
      name: 'where Weave Net answers that it has no address',
      given: given(weave, {
        events: [sandboxEvent('unable to allocate IP address: 503 from http://127.0.0.1:6784/ip/x')],
      }),
      answer: 'passed',
    },
    {
      name: 'where another CNI serves the pods',
      given: given({ cniConfig: cniConfig(bridgeFile('10-x.conflist', 'net', '10.244.1.0/24')) }),
      answer: 'not-applicable',
    },
    { name: 'when nothing was read', given: given({}), answer: 'not-run' },
  ],
})
