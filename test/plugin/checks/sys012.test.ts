import check from '../../../plugin/checks/sys/sys012-resources-exhausted.ts'
import { unavailable } from '../../../shared/reading.ts'
import { checkCases } from '../../support/check-cases.ts'
import { hostLogs } from '../../support/host-objects.ts'
import { snapshot } from '../../support/snapshot.ts'

const given = (...messages: string[]) => snapshot({ nodes: { node1: { hostLogs: hostLogs('kubelet', messages) } } })
const at = 'journal-kubelet'

checkCases(check, {
  fires: [
    {
      name: 'when inotify has no watch left',
      given: given('inotify_add_watch /etc/cni/net.d: no space left on device'),
      subject: 'node1',
      at,
    },
    {
      name: 'when files cannot be opened',
      given: given('accept tcp [::]:10250: accept4: too many open files'),
      subject: 'node1',
      at,
    },
    {
      name: 'when a plugin cannot be started',
      given: given('fork/exec /opt/cni/bin/bridge: resource temporarily unavailable'),
      subject: 'node1',
      at,
    },
  ],
  silent: [
    { name: 'when the disk is full', given: given('write /var/log/x: no space left on device'), answer: 'passed' },
    {
      name: 'when no log was read',
      given: snapshot({
        nodes: {
          node1: { hostLogs: { logs: [{ component: 'kubelet', source: 'x', entries: unavailable('denied', '') }] } },
        },
      }),
      answer: 'not-run',
    },
  ],
})
