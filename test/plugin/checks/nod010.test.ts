import check from '../../../plugin/checks/nod/nod010-cloud-subnet-full.ts'
import { containerLog, sandboxEvent } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { minutesAgo, snapshot } from '../../support/snapshot.ts'

const logged = (text: string) =>
  snapshot({ cluster: { events: [], componentLogs: [containerLog('cluster-autoscaler', text)] } })
const told = (message: string, lastSeen = minutesAgo(3)) =>
  snapshot({ cluster: { events: [sandboxEvent(message, { reason: 'ScaleUpFailed', lastSeen })] } })

checkCases(check, {
  fires: [
    {
      name: 'on what the autoscaler was told',
      given: logged('Subnet a with prefix 192.0.2.0/26 does not have enough capacity for 30 IP addresses.'),
      subject: 'cluster',
      at: 'cluster-autoscaler',
    },
    {
      name: 'on an event with a cloud’s code',
      given: told('InsufficientFreeAddressesInSubnet: no'),
      subject: 'cluster',
      at: 'ScaleUpFailed',
    },
  ],
  silent: [
    { name: 'on other limits of the cloud', given: logged('quota of cores exceeded'), answer: 'passed' },
    { name: 'on an event of hours ago', given: told('SubnetIsFull', minutesAgo(200)), answer: 'passed' },
    {
      name: 'on a subnet that is named in passing',
      given: logged('using subnet 192.0.2.0/24 for new nodes'),
      answer: 'passed',
    },
  ],
})
