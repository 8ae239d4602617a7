import check from '../../../plugin/checks/svc/svc003-target-port-not-served.ts'
import type { Pod } from '../../../plugin/cluster/pods.ts'
import type { ServicePort } from '../../../plugin/cluster/services.ts'
import { container, containerPort, containerSpec, pod, service, servicePort } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { hostSockets, podNamespaces } from '../../support/pod-network.ts'
import { type GivenParts, minutesAgo, snapshot } from '../../support/snapshot.ts'

const web = (change: Partial<Pod> = {}) => pod({ labels: { app: 'web' }, ...change })
const naming = (name: string) => web({ specs: [containerSpec({ ports: [containerPort(8080, { name })] })] })

const given = (pods: readonly Pod[], ports: readonly ServicePort[], node1: GivenParts = {}) =>
  snapshot({ cluster: { services: [service({ ports })], pods }, nodes: { node1 } })

const to8080 = [servicePort(80, { targetPort: 8080 })]
const listening = (...listens: readonly string[]) => ({ podNamespaces: podNamespaces({ name: 'web-1', listens }) })
const fires = { subject: 'default/web', at: 'Pod default/web-1' }

checkCases(check, {
  fires: [
    {
      name: 'on a port name that no pod has',
      given: given([naming('rest')], [servicePort(80, { targetPort: 'http' })]),
      ...fires,
    },
    {
      name: 'on a port name of another protocol',
      given: given([naming('http')], [servicePort(80, { targetPort: 'http', protocol: 'UDP' })]),
      ...fires,
    },
    { name: 'where nothing listens', given: given([web()], to8080, listening('0.0.0.0:9090')), ...fires },
    {
      name: 'where only loopback is listened to',
      given: given([web()], to8080, listening('127.0.0.1:8080')),
      ...fires,
    },
    {
      name: 'on the host for a pod of its network',
      given: given([web({ hostNetwork: true })], to8080, { sockets: hostSockets(['0.0.0.0:22', 'sshd']) }),
      ...fires,
    },
    {
      name: 'as a warning beside a port that works',
      given: given([web()], [...to8080, servicePort(9090)], listening('0.0.0.0:9090')),
      ...fires,
      severity: 'warning',
    },
    {
      name: 'as a warning in one of two pods',
      given: given([web(), web({ name: 'web-2' })], to8080, {
        podNamespaces: podNamespaces(
          { name: 'web-1', listens: ['0.0.0.0:9090'] },
          { name: 'web-2', listens: ['0.0.0.0:8080'] },
        ),
      }),
      ...fires,
      severity: 'warning',
    },
  ],
  silent: [
    { name: 'where a pod listens', given: given([web()], to8080, listening('0.0.0.0:8080')), answer: 'passed' },
    {
      name: 'where it listens for both families',
      given: given([web()], to8080, listening('[::]:8080')),
      answer: 'passed',
    },
    {
      name: 'on a name that a pod has',
      given: given([naming('http')], [servicePort(80, { targetPort: 'http' })], listening('10.244.1.2:8080')),
      answer: 'passed',
    },
    {
      name: 'on UDP',
      given: given([web()], [servicePort(53, { protocol: 'UDP' })], listening('0.0.0.0:9090')),
      answer: 'passed',
    },
    {
      name: 'behind a proxy that takes connections by rules',
      given: given([web({ specs: [containerSpec({ name: 'istio-proxy' })] })], to8080, listening('0.0.0.0:15006')),
      answer: 'passed',
    },
    {
      name: 'while the program starts',
      given: given(
        [web({ containers: [container({ startedAt: minutesAgo(0.5) })] })],
        to8080,
        listening('0.0.0.0:9090'),
      ),
      answer: 'passed',
    },
    { name: 'when the inside of pods was not read', given: given([web()], to8080), answer: 'not-run' },
    {
      name: 'when not all tables of sockets were read',
      given: given([web()], to8080, {
        podNamespaces: podNamespaces({ name: 'web-1', listens: ['0.0.0.0:9090'], completeTcp: false }),
      }),
      answer: 'not-run',
    },
  ],
})
