import check from '../../../plugin/checks/nod/nod003-kubelet-unreachable.ts'
import type { Kubelet } from '../../../shared/node/kubelet.ts'
import { ok, type Reading, unavailable } from '../../../shared/reading.ts'
import { apiNode, condition } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { type GivenParts, snapshot } from '../../support/snapshot.ts'

const kubelet = (args: Reading<string[]>, healthz: Kubelet['healthz']): GivenParts => ({
  kubelet: { args, configPath: null, config: unavailable('missing', ''), healthz },
})
const refused = unavailable('missing', 'http://127.0.0.1:10248/healthz: ECONNREFUSED')
const well = kubelet(ok(['kubelet']), ok({ status: 200, body: 'ok' }))
const gone = kubelet(unavailable('missing', ''), refused)
const silent = apiNode({
  conditions: [condition({ status: 'Unknown', message: 'Kubelet stopped posting node status.' })],
})
const given = (parts: GivenParts | string, node = apiNode()) =>
  snapshot({ nodes: { node1: parts }, cluster: { nodes: [node] } })
const dialing = 'error dialing backend: dial tcp 192.168.0.1:10250: i/o timeout'

checkCases(check, {
  fires: [
    {
      name: 'on a Node that stopped to report, though it was not read',
      given: given('no answer', silent),
      subject: 'node1',
      at: 'Node node1',
    },
    { name: 'and tells that no kubelet runs', given: given(gone, silent), subject: 'node1', at: '127.0.0.1:10248' },
    { name: 'and tells that the kubelet runs', given: given(well, silent), subject: 'node1', at: '127.0.0.1:10248' },
    {
      name: 'on a kubelet that has just gone, before the Node turns',
      given: given(gone),
      subject: 'node1',
      at: 'Node node1',
    },
    {
      name: 'where nothing came back from an agent that runs',
      given: given(
        'nothing of its log came back in time, as when the API server does not reach port 10250 of the node',
      ),
      subject: 'node1',
      at: 'Node node1',
    },
    {
      name: 'where the API server does not reach port 10250',
      given: given(dialing),
      subject: 'node1',
      at: 'Node node1',
    },
  ],
  silent: [
    { name: 'on a Node that reports', given: given(well), answer: 'passed' },
    {
      name: 'where only the health port is switched off',
      given: given(kubelet(ok(['kubelet']), refused)),
      answer: 'passed',
    },
    {
      name: 'on a node that was not read for another reason',
      given: given('the image cannot be pulled'),
      answer: 'passed',
    },
    { name: 'on Windows', given: given('Windows is not looked at', { ...silent, os: 'windows' }), answer: 'passed' },
    {
      name: 'when Nodes were not read',
      given: snapshot({ cluster: { nodes: unavailable('denied', '') } }),
      answer: 'not-run',
    },
  ],
})
