import { isOk } from '../../../shared/reading.ts'
import { found, nodeCheck, notRun, passed } from '../../engine/check.ts'
import { onNode } from '../../model/command.ts'
import { insertionFailures } from '../../model/insertion-failures.ts'

/** The first release that resolves most races; distributions carry the fixes back into older ones. */
const fixed = 5

export default nodeCheck({
  code: 'SYS008',
  severity: 'warning',
  title: 'Kernel with the connection tracking race',
  explains: ['CTK002', 'DNS016'],
  needs: ['kernel', 'conntrack'],
  run: ({ node, parts: { kernel, conntrack } }) => {
    if (!isOk(kernel.release)) return notRun(kernel.release.detail)
    const release = kernel.release.value
    const major = /^(?<major>\d{1,3})\./.exec(release)?.groups?.major
    if (major === undefined) return notRun(`the kernel’s release ${release} is no version`)
    const failures = insertionFailures(conntrack)
    if (Number(major) >= fixed || failures === null || failures.lost === 0) return passed
    return found({
      confidence: 'likely',
      message: `the kernel of ${node}, ${release}, loses packets in a race that Linux ${fixed}.0 resolves`,
      evidence: [
        {
          at: `${node}:/proc/sys/kernel/osrelease`,
          observed: release,
          expected: `${fixed}.0 or later, or the fixes in it`,
        },
        { at: `${node}:/proc/net/stat/nf_conntrack`, observed: `${failures.lost} packets lost between two samples` },
      ],
      danger: 'lookups of names take 5 seconds at random, on every node with this kernel',
      remedies: [
        {
          title: 'see whether the distribution has a newer kernel, and restart the node with it',
          commands: [onNode('uname -r; cat /etc/os-release')],
          risk: 'disruptive',
          rollback: 'start the former kernel again',
        },
      ],
    })
  },
})
