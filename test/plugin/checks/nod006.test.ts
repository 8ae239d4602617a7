import check from '../../../plugin/checks/nod/nod006-runtime-loads-no-cni.ts'
import { checkCases } from '../../support/check-cases.ts'
import { runtime } from '../../support/host-objects.ts'
import { snapshot } from '../../support/snapshot.ts'

const given = (value: ReturnType<typeof runtime>) => snapshot({ nodes: { node1: { runtime: value } } })

checkCases(check, {
  fires: [
    { name: 'on a load that failed', given: given(runtime({ ready: false })), subject: 'node1', at: 'CNI load' },
    {
      name: 'on CRI-O, which gives no reason',
      given: given(runtime({ name: 'cri-o', ready: false })),
      subject: 'node1',
      at: 'CRI',
    },
  ],
  silent: [
    { name: 'when it is ready', given: given(runtime()), answer: 'passed' },
    {
      name: 'when it is ready with what it loaded before',
      given: given(runtime({ ready: true, loadStatus: 'cni config load failed' })),
      answer: 'passed',
    },
    {
      name: 'when it says nothing of its network',
      given: given({ ...runtime({ name: 'docker' }), conditions: [] }),
      answer: 'not-applicable',
    },
  ],
})
