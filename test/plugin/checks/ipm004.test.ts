import check from '../../../plugin/checks/ipm/ipm004-reservations-unreadable.ts'
import type { HostLocal, HostLocalStore } from '../../../shared/node/host-local.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { checkCases } from '../../support/check-cases.ts'
import { bridgeFile, cniConfig, configFile, hostLocal, plugin } from '../../support/host-objects.ts'
import { type GivenParts, minutesAgo, snapshot } from '../../support/snapshot.ts'

const root = '/var/lib/cni/networks'
const store = (change: Partial<HostLocalStore>): HostLocal => ({
  roots: [
    {
      path: root,
      stores: ok([{ path: `${root}/net`, network: 'net', reservations: [], strays: [], omitted: 0, ...change }]),
    },
  ],
})
const empty = (minutes: number) => ({
  reservations: [
    { address: '10.244.1.9', containerId: '', interfaceName: null, mtime: minutesAgo(minutes), inode: null },
  ],
})
const stray = (name: string, why: string, unread = false) => ({ strays: [{ name, why, unread }] })
const given = (parts: GivenParts) =>
  snapshot({
    nodes: { node1: { cniConfig: cniConfig(bridgeFile('10-x.conflist', 'net', '10.244.1.0/24')), ...parts } },
  })

checkCases(check, {
  fires: [
    {
      name: 'on an empty file',
      given: given({ hostLocal: store(empty(60)) }),
      subject: 'node1',
      at: `node1:${root}/net`,
    },
    {
      name: 'on a garbled file and on a name that is no address',
      given: given({ hostLocal: store(stray('10.244.1.8', 'the content is no container id')) }),
      subject: 'node1',
      at: `node1:${root}/net`,
    },
  ],
  silent: [
    { name: 'on a file that is being written', given: given({ hostLocal: store(empty(1)) }), answer: 'passed' },
    { name: 'on good reservations', given: given({ hostLocal: hostLocal('net', ['10.244.1.2']) }), answer: 'passed' },
    {
      name: 'where a file was not read',
      given: given({ hostLocal: store(stray('10.244.1.8', 'permission denied', true)) }),
      answer: 'not-run',
    },
    { name: 'where the store was not read', given: given({ hostLocal: unavailable('denied', '') }), answer: 'not-run' },
    {
      name: 'where others give addresses',
      given: given({ cniConfig: cniConfig(configFile('10-c.conflist', { plugins: [plugin('cilium-cni')] })) }),
      answer: 'not-applicable',
    },
  ],
})
