import check from '../../../plugin/checks/pod/pod002-sandbox-fails-otherwise.ts'
import { sandboxEvent, waitingPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { snapshot } from '../../support/snapshot.ts'

const given = (message: string) => snapshot({ cluster: { pods: [waitingPod()], events: [sandboxEvent(message)] } })

checkCases(check, {
  fires: [
    {
      name: 'on what the runtime refuses',
      given: given('runc create failed: cgroup'),
      subject: 'node1',
      at: 'default/waiting',
    },
  ],
  silent: [
    { name: 'on what speaks of the network', given: given('failed to setup network for sandbox'), answer: 'passed' },
  ],
})
