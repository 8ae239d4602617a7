import check from '../../../plugin/checks/cni/cni003-plugin-binary-missing.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { apiNode, daemonPod, sandboxEvent, waitingPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import {
  binaries,
  binary,
  cniConfig,
  configFile,
  hostLocalIpam,
  hostLogs,
  plugin,
  runtime,
} from '../../support/host-objects.ts'
import { type GivenCluster, snapshot } from '../../support/snapshot.ts'

const bridge = plugin('bridge', { ipam: hostLocalIpam('10.244.1.0/24') })
const chain = cniConfig(configFile('10-x.conflist', { plugins: [bridge, plugin('portmap')] }))
const flannel = cniConfig(configFile('10-flannel.conflist', { plugins: [plugin('flannel')] }))
const [bridgeFile, hostLocal, loopback, portmap] = ['bridge', 'host-local', 'loopback', 'portmap'].map(name =>
  binary(name),
)
const rest = [bridgeFile, hostLocal, loopback].filter(file => file !== undefined)
const complete = [...rest, ...(portmap ? [portmap] : [])]
const given = (files: typeof complete, cluster: GivenCluster = {}, config = chain) =>
  snapshot({ nodes: { node1: { cniConfig: config, cniBinaries: binaries(...files) } }, cluster })
const failing = {
  pods: [waitingPod()],
  events: [sandboxEvent('failed to find plugin "loopback" in path [/opt/cni/bin]')],
}
const without = (name: string) => complete.filter(file => file.name !== name)
const guessed = { directories: [{ path: '/opt/cni/bin', source: 'default' as const, entries: ok(rest) }] }

const dockerWithout = (line: string, isReady = false) =>
  snapshot({
    nodes: {
      node1: {
        cniConfig: chain,
        cniBinaries: binaries(...complete),
        runtime: runtime({ name: 'docker', ready: isReady }),
        hostLogs: hostLogs('kubelet', [line]),
      },
    },
  })
const mute =
  'cni.go:202] Error validating CNI config list {"name":"x","plugins":[{"type":"bridge"}]}: [decoding version info: unexpected end of JSON input]'
const cns = cniConfig(
  configFile('10-azure.conflist', {
    plugins: [plugin('azure-vnet', { ipam: { ...hostLocalIpam(''), type: 'azure-cns', ranges: [] } })],
  }),
)

checkCases(check, {
  fires: [
    {
      name: 'on a plugin that is there and prints no version',
      given: dockerWithout(mute),
      subject: 'node1',
      at: 'journal-kubelet',
    },
    { name: 'on a missing chained plugin', given: given(rest), subject: 'node1', at: 'node1:/opt/cni/bin' },
    {
      name: 'on a missing IPAM plugin',
      given: given(without('host-local')),
      subject: 'node1',
      at: 'node1:/opt/cni/bin',
    },
    {
      name: 'on what flannel calls by itself',
      given: given([binary('flannel'), ...without('bridge')], {}, flannel),
      subject: 'node1',
      at: 'node1:/opt/cni/bin',
    },
    {
      name: 'on a link that leads nowhere',
      given: given([...rest, binary('portmap', { type: 'link', target: 'gone', file: unavailable('missing', '') })]),
      subject: 'node1',
      at: 'node1:/opt/cni/bin/portmap',
    },
    {
      name: 'on a file that is not executable',
      given: given([...rest, binary('portmap', { file: ok({ size: 9, mode: '0644' }) })]),
      subject: 'node1',
      at: '/portmap',
    },
    {
      name: 'on an empty file',
      given: given([...rest, binary('portmap', { kind: 'empty' })]),
      subject: 'node1',
      at: '/portmap',
    },
    {
      name: 'on a file that is cut off',
      given: given([...rest, binary('portmap', { cut: true })]),
      subject: 'node1',
      at: '/portmap',
    },
    {
      name: 'on a program of another architecture',
      given: given([...rest, binary('portmap', { architecture: 'arm64' })], { nodes: [apiNode()] }),
      subject: 'node1',
      at: '/portmap',
    },
    {
      name: 'on a missing loopback when pods fail for it',
      given: given(without('loopback'), failing),
      subject: 'node1',
      at: 'Event of Pod default/waiting',
    },
    {
      name: 'on CRI-O, which refuses the whole configuration for it',
      given: snapshot({
        nodes: {
          node1: { cniConfig: chain, cniBinaries: guessed, runtime: runtime({ name: 'cri-o', ready: false }) },
        },
      }),
      subject: 'node1',
      at: 'node1:/opt/cni/bin',
    },
    {
      name: 'as a warning on a missing loopback that nobody misses: a runtime may bring its own',
      given: given(without('loopback')),
      subject: 'node1',
      at: 'node1:/opt/cni/bin',
      severity: 'warning',
    },
    {
      name: 'as a warning while the daemon that brings the plugin starts',
      given: given(
        without('bridge'),
        { pods: [daemonPod('flannel/flannel:v1', 'kube-flannel-ds', { ready: false })] },
        flannel,
      ),
      subject: 'node1',
      at: 'node1:/opt/cni/bin',
      severity: 'warning',
    },
    {
      name: 'as a warning where nobody named the directory',
      given: snapshot({ nodes: { node1: { cniConfig: chain, cniBinaries: guessed } } }),
      subject: 'node1',
      at: 'node1:/opt/cni/bin',
      severity: 'warning',
    },
  ],
  silent: [
    { name: 'on such a line of a runtime that has its network', given: dockerWithout(mute, true), answer: 'passed' },
    { name: 'on other lines of the kubelet', given: dockerWithout('no networks found'), answer: 'passed' },
    {
      name: 'where the plugin asks a service for addresses and calls no program',
      given: given([binary('azure-vnet'), binary('loopback')], {}, cns),
      answer: 'passed',
    },
    { name: 'where all are there', given: given(complete), answer: 'passed' },
    {
      name: 'where a later directory has it',
      given: snapshot({
        nodes: {
          node1: {
            cniConfig: chain,
            cniBinaries: { directories: [...binaries().directories, ...binaries(...complete).directories] },
          },
        },
      }),
      answer: 'passed',
    },
    { name: 'where no configuration names a plugin', given: given([], {}, cniConfig()), answer: 'not-applicable' },
    {
      name: 'when the directory could not be read',
      given: snapshot({
        nodes: {
          node1: {
            cniConfig: chain,
            cniBinaries: {
              directories: [{ path: '/opt/cni/bin', source: 'runtime', entries: unavailable('denied', '') }],
            },
          },
        },
      }),
      answer: 'not-run',
    },
  ],
})
