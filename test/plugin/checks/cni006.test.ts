import check from '../../../plugin/checks/cni/cni006-versions-incompatible.ts'
import { ok } from '../../../shared/reading.ts'
import { sandboxEvent, waitingPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { cniConfig, configFile, runtime } from '../../support/host-objects.ts'
import { type GivenCluster, type GivenParts, minutesAgo, snapshot } from '../../support/snapshot.ts'

const text =
  'plugin type=\\"x\\" failed (add): incompatible CNI versions; config is \\"1.0.0\\", plugin supports [\\"0.4.0\\"]'
const quiet: GivenCluster = { pods: [waitingPod()], events: [] }
const stated = { cniConfig: cniConfig(configFile('10-x.conflist')) }
const bare = { cniConfig: cniConfig(configFile('10-x.conflist', { cniVersion: null })) }
const given = (parts: GivenParts = stated, cluster: GivenCluster = {}) =>
  snapshot({ nodes: { node1: parts }, cluster: { ...quiet, ...cluster } })
const refusal: NonNullable<GivenParts['hostLogs']> = {
  logs: [
    {
      component: 'runtime',
      source: 'journal-crio',
      entries: ok([
        { time: minutesAgo(1), level: 'error', program: null, message: 'invalid version "": the version is empty' },
      ]),
    },
  ],
}

const refused = {
  type: 'NetworkReady',
  status: false,
  reason: 'NetworkPluginNotReady',
  message: 'Network plugin returns error: plugin version does not allow STATUS',
}

checkCases(check, {
  fires: [
    {
      name: 'on a plugin that refuses',
      given: given(stated, { events: [sandboxEvent(text)] }),
      subject: 'node1',
      at: 'Event of Pod default/waiting',
    },
    {
      name: 'on a runtime whose plugin does not take the version to be asked',
      given: given({ ...stated, runtime: { ...runtime(), conditions: [refused] } }),
      subject: 'node1',
      at: 'CRI status',
    },
    {
      name: 'on a file without version',
      given: given(bare),
      subject: 'node1',
      at: '10-x.conflist',
      severity: 'warning',
    },
    {
      name: 'on a file without version that the runtime refuses',
      given: given({ ...bare, hostLogs: refusal }),
      subject: 'node1',
      at: 'journal-crio',
    },
  ],
  silent: [
    {
      name: 'on another failure',
      given: given(stated, { events: [sandboxEvent('failed to find plugin "x" in path [/opt/cni/bin]')] }),
      answer: 'passed',
    },
    {
      name: 'on a broken file, which is not loaded',
      given: given({
        cniConfig: cniConfig(
          configFile('10-x.conflist', { cniVersion: null, problem: { message: '', line: 1, column: 1 } }),
        ),
      }),
      answer: 'passed',
    },
    { name: 'when nothing was read', given: given({}), answer: 'not-run' },
  ],
})
