import check from '../../../plugin/checks/sys/sys007-node-ports-among-ephemeral-ports.ts'
import { unavailable } from '../../../shared/reading.ts'
import { checkCases } from '../../support/check-cases.ts'
import { sysctls } from '../../support/host-objects.ts'
import { snapshot } from '../../support/snapshot.ts'

const given = (range: string, reserved: Parameters<typeof sysctls>[0][string] = '') =>
  snapshot({
    nodes: {
      node1: {
        sysctls: sysctls({ 'net/ipv4/ip_local_port_range': range, 'net/ipv4/ip_local_reserved_ports': reserved }),
      },
    },
  })
const node = { subject: 'node1', at: 'ip_local_port_range' }

checkCases(check, {
  fires: [
    { name: 'where the ranges overlap', given: given('10000\t65535'), ...node },
    { name: 'where some of the overlap is not reserved', given: given('32000 60999', '30000-32700'), ...node },
  ],
  silent: [
    { name: 'with the kernel’s default', given: given('32768\t60999'), answer: 'passed' },
    {
      name: 'where the overlap is reserved',
      given: given('1024\t65535', '8080,32001-32767,30000-32000'),
      answer: 'passed',
    },
    {
      name: 'when reserved ports were not read',
      given: given('1024\t65535', unavailable('denied', '')),
      answer: 'not-run',
    },
    { name: 'when the range is none', given: given('x'), answer: 'not-run' },
  ],
})
