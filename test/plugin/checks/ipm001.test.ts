import check from '../../../plugin/checks/ipm/ipm001-addresses-leaked.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { apiNode, pod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { bridgeFile, cniConfig, configFile, hostLocal, plugin, runtime } from '../../support/host-objects.ts'
import { type GivenCluster, type GivenParts, minutesAgo, snapshot } from '../../support/snapshot.ts'

const path = '/var/lib/cni/networks/net'
const quiet: GivenCluster = { pods: [pod()], nodes: [apiNode()] }
const sandboxOf = (id: string, ready = true) => ({
  id,
  ready,
  createdAt: minutesAgo(120),
  pod: { namespace: 'default', name: 'web-1', uid: '' },
})
const node: GivenParts = {
  cniConfig: cniConfig(bridgeFile('10-x.conflist', 'net', '10.244.1.0/24')),
  hostLocal: hostLocal('net', ['10.244.1.2', '10.244.1.3']),
  sandboxes: { sandboxes: [sandboxOf('10.244.1.2')] },
  runtime: runtime(),
}
const given = (parts: GivenParts = {}, cluster: GivenCluster = {}) =>
  snapshot({ nodes: { node1: { ...node, ...parts } }, cluster: { ...quiet, ...cluster } })
const logs = (message: string): NonNullable<GivenParts['hostLogs']> => ({
  logs: [
    {
      component: 'runtime',
      source: 'journal-containerd',
      entries: ok([{ time: minutesAgo(1), level: 'error', program: null, message }]),
    },
  ],
})
const booted = (minutes: number): NonNullable<GivenParts['kernel']> => {
  const unread = unavailable('not-recorded', '')
  return { release: unread, hostname: unread, bootId: unread, os: unread, uptimeSeconds: ok(60 * minutes) }
}

checkCases(check, {
  fires: [
    { name: 'on an old reservation of no sandbox and no pod', given: given(), subject: 'node1', at: `node1:${path}` },
    {
      name: 'with the log line of a DEL that fails',
      given: given({
        hostLogs: logs('failed to destroy network for sandbox "x": plugin type="portmap" failed (delete): no iptables'),
      }),
      subject: 'node1',
      at: 'journal-containerd',
    },
    {
      name: 'with the boot since which it is lost',
      given: given({ kernel: booted(60) }),
      subject: 'node1',
      at: '/proc/uptime',
    },
  ],
  silent: [
    {
      name: 'where the sandbox is not ready, but still listed',
      given: given({ sandboxes: { sandboxes: [sandboxOf('10.244.1.2'), sandboxOf('10.244.1.3', false)] } }),
      answer: 'passed',
    },
    {
      name: 'where a pod of the API has the address',
      given: given({}, { pods: [pod({ ips: ['10.244.1.3'] })] }),
      answer: 'passed',
    },
    {
      name: 'on the store of a network that no configuration in use names',
      given: given({ hostLocal: hostLocal('secondary', ['10.9.9.9']) }),
      answer: 'passed',
    },
    {
      name: 'when the runtime does not answer',
      given: given({ sandboxes: unavailable('failed', 'connection refused') }),
      answer: 'not-run',
    },
    {
      name: 'when the pods were not read',
      given: given({}, { pods: unavailable('denied', '403') }),
      answer: 'not-run',
    },
    {
      name: 'when the store was not read',
      given: given({ hostLocal: unavailable('denied', 'no') }),
      answer: 'not-run',
    },
    {
      name: 'where another address management serves the node',
      given: given({ cniConfig: cniConfig(configFile('10-azure.conflist', { plugins: [plugin('azure-vnet')] })) }),
      answer: 'not-applicable',
    },
  ],
})
