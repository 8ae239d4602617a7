import check from '../../../plugin/checks/cni/cni010-installer-stopped-by-selinux.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { container, containerLog, daemonPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { type GivenCluster, type GivenParts, minutesAgo, snapshot } from '../../support/snapshot.ts'

type Security = Exclude<NonNullable<GivenParts['security']>, { status: 'unavailable' }>
type Denials = Extract<Security['denials'], { status: 'ok' }>['value']

const security = (enforcing: boolean, denials: Denials = []): Security => ({
  selinux: ok({ enforcing }),
  apparmor: unavailable('missing', ''),
  denials: ok(denials),
})
const denial = (change: Partial<Denials[number]> = {}): Denials[number] => ({
  module: 'selinux',
  time: minutesAgo(2),
  program: 'cp',
  operation: 'write',
  target: 'net.d',
  domain: 'system_u:system_r:container_t:s0',
  permissive: false,
  ...change,
})
const crashing = daemonPod('docker.io/flannel/flannel:v0.26', 'flannel', {
  ready: false,
  phase: 'Pending',
  containers: [container({ name: 'flannel', init: true, ready: false, state: 'waiting', reason: 'CrashLoopBackOff' })],
})
const log = (text: string) => ({ componentLogs: [containerLog('flannel', text)] })
const refused = log("cp: can't create '/etc/cni/net.d/10-flannel.conflist': Permission denied")
const given = (value: Security, cluster: GivenCluster = {}) =>
  snapshot({ nodes: { node1: { security: value } }, cluster: { pods: [crashing], ...cluster } })

checkCases(check, {
  fires: [
    {
      name: 'where the installer may not write',
      given: given(security(true), refused),
      subject: 'node1',
      at: 'Pod kube-system/flannel-x',
    },
    {
      name: 'where busybox says that the file exists',
      given: given(security(true), log("cp: can't create '/etc/cni/net.d/10-flannel.conflist': File exists")),
      subject: 'node1',
      at: '/sys/fs/selinux/enforce',
    },
    {
      name: 'where an installer written in Go may not write programs',
      given: given(
        security(true),
        log('level=fatal msg="Failed to copy: open /host/opt/cni/bin/calico: permission denied"'),
      ),
      subject: 'node1',
      at: 'Pod kube-system/flannel-x',
    },
    {
      name: 'on the denial alone, where no log is there',
      given: given(security(true, [denial()])),
      subject: 'node1',
      at: 'SELinux denial',
    },
  ],
  silent: [
    { name: 'where SELinux only notes', given: given(security(false, [denial()]), refused), answer: 'passed' },
    {
      name: 'where the denial is of a permissive domain',
      given: given(security(true, [denial({ permissive: true })]), log('')),
      answer: 'passed',
    },
    {
      name: 'where the denial is about something else',
      given: given(security(true, [denial({ target: '/home/x', program: 'sshd' })]), log('')),
      answer: 'passed',
    },
    {
      name: 'where the daemon runs by now',
      given: given(security(true, [denial()]), {
        pods: [daemonPod('docker.io/flannel/flannel:v0.26', 'flannel')],
        ...refused,
      }),
      answer: 'passed',
    },
    {
      name: 'where the kernel has no SELinux',
      given: given({ ...security(false), selinux: unavailable('missing', '') }, refused),
      answer: 'not-applicable',
    },
    {
      name: 'when neither denials nor logs were read',
      given: given({ ...security(true), denials: unavailable('denied', 'EACCES') }),
      answer: 'not-run',
    },
  ],
})
