import check from '../../../plugin/checks/nod/nod011-runtime-silent.ts'
import { unavailable } from '../../../shared/reading.ts'
import { apiNode, condition } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { runtime } from '../../support/host-objects.ts'
import { type GivenParts, snapshot } from '../../support/snapshot.ts'

const down = condition({ status: 'False', message: '[container runtime is down, PLEG is not healthy]' })
const given = (part: NonNullable<GivenParts['runtime']>, ready = condition()) =>
  snapshot({ nodes: { node1: { runtime: part } }, cluster: { nodes: [apiNode({ conditions: [ready] })] } })

checkCases(check, {
  fires: [
    {
      name: 'on a silent socket',
      given: given(unavailable('timeout', 'no answer within 3000 ms')),
      subject: 'node1',
      at: 'CRI',
    },
    {
      name: 'on a socket that refuses',
      given: given(unavailable('missing', '/run/x.sock: ECONNREFUSED')),
      subject: 'node1',
      at: 'CRI',
    },
    { name: 'on what the kubelet says', given: given(runtime(), down), subject: 'node1', at: 'Node node1' },
  ],
  silent: [
    { name: 'when it answers', given: given(runtime()), answer: 'passed' },
    {
      name: 'when its socket is not known',
      given: given(unavailable('missing', 'no runtime listens')),
      answer: 'not-run',
    },
    { name: 'when it may not be asked', given: given(unavailable('denied', 'EACCES')), answer: 'not-run' },
  ],
})
