import check from '../../../plugin/checks/nod/nod008-certificate-refused.ts'
import { ok } from '../../../shared/reading.ts'
import { containerLog, crashing, daemonPod, sandboxEvent, waitingPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { hostLogs } from '../../support/host-objects.ts'
import { type GivenParts, snapshot } from '../../support/snapshot.ts'

const on = (parts: GivenParts) => snapshot({ cluster: { pods: [] }, nodes: { node1: parts } })
const file = (path: string, notAfter: string) =>
  on({ certificates: { files: { [path]: ok([{ notBefore: '2020-01-01T00:00:00Z', notAfter }]) } } })
const past = '2025-12-01T00:00:00Z'
const future = '2027-01-01T00:00:00Z'

const withLog = (text: string, broken: boolean) => {
  const pod = daemonPod('calico/node:v3.30', 'calico-node', {
    name: 'calico-node-x',
    ...(broken ? crashing('calico-node') : {}),
  })
  return snapshot({ cluster: { pods: [pod], componentLogs: [containerLog('calico-node', text)] }, nodes: {} })
}

const logged = (text: string) => on({ hostLogs: hostLogs('kubelet', [text]) })
const expired =
  'Get "https://192.0.2.1/api": x509: certificate has expired or is not yet valid: current time X is after Y'

checkCases(check, {
  fires: [
    { name: 'on what a crashed agent logs', given: withLog(expired, true), subject: 'node1', at: 'calico-node' },
    {
      name: 'on a kubelet whose own certificate has expired',
      given: logged('part of the existing bootstrap client certificate in /etc/kubernetes/kubelet.conf is expired: X'),
      subject: 'node1',
      at: 'journal-kubelet',
    },
    {
      name: 'on the same in the words of an old kubelet',
      given: logged('part of the existing bootstrap client certificate is expired: X'),
      subject: 'node1',
      at: 'journal-kubelet',
    },
    { name: 'on what the kubelet logs', given: logged(expired), subject: 'node1', at: 'journal-kubelet' },
    {
      name: 'on what a CNI plugin was told',
      given: snapshot({
        cluster: {
          pods: [waitingPod()],
          events: [
            sandboxEvent('plugin type=\\"calico\\" failed (add): x509: certificate signed by unknown authority'),
          ],
        },
      }),
      subject: 'node1',
      at: 'Event of Pod default/waiting',
    },
    {
      name: 'on an authority that is not known',
      given: logged('error: x509: certificate signed by unknown authority'),
      subject: 'node1',
      at: 'journal-kubelet',
    },
    {
      name: 'on an expired file of a client',
      given: file('/var/lib/kubelet/pki/kubelet-client-current.pem', past),
      subject: 'node1',
      at: 'kubelet-client-current.pem',
    },
  ],
  silent: [
    { name: 'on a registry’s certificate', given: logged(`failed to pull image: ${expired}`), answer: 'passed' },
    {
      name: 'on a client that refuses the certificate of the kubelet',
      given: logged('http: TLS handshake error from 192.0.2.9:58032: remote error: tls: bad certificate'),
      answer: 'passed',
    },
    { name: 'on what an agent logged that is ready now', given: withLog(expired, false), answer: 'passed' },
    { name: 'on a valid file', given: file('/etc/kubernetes/pki/apiserver.crt', future), answer: 'passed' },
    { name: 'where neither logs nor files were read', given: on({}), answer: 'not-run' },
    {
      name: 'on an expired file that nobody reads',
      given: file('/var/lib/kubelet/pki/kubelet.crt', past),
      answer: 'passed',
    },
  ],
})
