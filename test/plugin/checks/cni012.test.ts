import check from '../../../plugin/checks/cni/cni012-calico-unauthorized.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { apiNode, daemonPod, sandboxEvent, waitingPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { bridgeFile, cniConfig, configFile, plugin } from '../../support/host-objects.ts'
import { type GivenCluster, type GivenParts, minutesAgo, snapshot } from '../../support/snapshot.ts'

const calico: GivenParts = { cniConfig: cniConfig(configFile('10-calico.conflist', { plugins: [plugin('calico')] })) }
const mounted = [{ name: 'state', configMap: null, hostPath: '/var/lib/calico' }]
const daemon = (volumes: typeof mounted = mounted) => daemonPod('calico/node:v3.29', 'calico-node', { volumes })
const kubeconfig = (expiresAt: string | null): GivenParts => ({
  ...calico,
  cniKubeconfigs: {
    files: {
      '/etc/cni/net.d/calico-kubeconfig': ok({
        server: 'https://10.96.0.1:443',
        token: { expiresAt, issuedAt: null, subject: null },
        mtime: null,
      }),
    },
  },
})
const fails = (message: string): GivenCluster => ({ events: [sandboxEvent(message)] })
const refused = fails('error getting ClusterInformation: connection is unauthorized: Unauthorized')
const nameless = fails(
  'stat /var/lib/calico/nodename: no such file or directory: check that the calico/node container is running',
)
const given = (parts: GivenParts, cluster: GivenCluster = {}) =>
  snapshot({
    nodes: { node1: parts },
    cluster: { nodes: [apiNode()], pods: [waitingPod(), daemon()], events: [], ...cluster },
  })

checkCases(check, {
  fires: [
    {
      name: 'on a token that has ended',
      given: given(kubeconfig(minutesAgo(60))),
      subject: 'node1',
      at: 'node1:/etc/cni/net.d/calico-kubeconfig',
    },
    {
      name: 'where the API server refuses the plugin although its token is young',
      given: given(kubeconfig(minutesAgo(-60)), refused),
      subject: 'node1',
      at: 'Event of Pod default/waiting',
    },
    {
      name: 'where only pods that end suffer',
      given: given(kubeconfig(minutesAgo(-60)), {
        pods: [daemon(), waitingPod({ deleting: true, deletionTime: minutesAgo(30) })],
        events: [
          sandboxEvent(
            'error killing pod: KillPodSandboxError: plugin type="calico" failed (delete): connection is unauthorized: Unauthorized',
            { reason: 'FailedKillPod' },
          ),
        ],
      }),
      subject: 'node1',
      at: 'Event of Pod default/waiting',
    },
    {
      name: 'where the node’s name was not written',
      given: given(calico, nameless),
      subject: 'node1',
      at: 'Event of Pod default/waiting',
    },
    {
      name: 'where calico-node cannot write it',
      given: given(calico, { ...nameless, pods: [waitingPod(), daemon([])] }),
      subject: 'node1',
      at: 'Pod kube-system/calico-node-x',
    },
  ],
  silent: [
    { name: 'on a token that lives', given: given(kubeconfig(minutesAgo(-60))), answer: 'passed' },
    { name: 'on a token without an end', given: given(kubeconfig(null)), answer: 'passed' },
    {
      name: 'on a certificate that is refused, which another check judges',
      given: given(kubeconfig(null), fails('x509: certificate signed by unknown authority')),
      answer: 'passed',
    },
    {
      name: 'where another CNI is in use',
      given: given({ cniConfig: cniConfig(bridgeFile('10-x.conflist', 'net', '10.1.0.0/24')) }),
      answer: 'not-applicable',
    },
    {
      name: 'when neither token nor events were read',
      given: given(calico, { events: unavailable('denied', '') }),
      answer: 'not-run',
    },
  ],
})
