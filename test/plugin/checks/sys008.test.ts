import check from '../../../plugin/checks/sys/sys008-kernel-with-insertion-race.ts'
import { unavailable } from '../../../shared/reading.ts'
import { checkCases } from '../../support/check-cases.ts'
import { conntrack, kernel } from '../../support/host-objects.ts'
import { snapshot } from '../../support/snapshot.ts'

const losing = conntrack({ insert_failed: 5, drop: 2 }, { insert_failed: 9, drop: 6 })
const given = (release: string, table = losing) =>
  snapshot({ nodes: { node1: { kernel: kernel(release), conntrack: table } } })

checkCases(check, {
  fires: [
    { name: 'on an old kernel that loses packets', given: given('4.18.0-80.el8'), subject: 'node1', at: 'osrelease' },
  ],
  silent: [
    { name: 'on a newer one', given: given('5.4.0-42-generic'), answer: 'passed' },
    {
      name: 'on an old one that loses none',
      given: given('4.15.0', conntrack({ insert_failed: 5 }, { insert_failed: 5 })),
      answer: 'passed',
    },
    { name: 'on a release that is no version', given: given('custom'), answer: 'not-run' },
    {
      name: 'when it was not read',
      given: snapshot({
        nodes: { node1: { kernel: { ...kernel(''), release: unavailable('denied', '') }, conntrack: losing } },
      }),
      answer: 'not-run',
    },
  ],
})
