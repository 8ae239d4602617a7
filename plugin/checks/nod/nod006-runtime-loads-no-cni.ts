import { found, nodeCheck, notApplicable, passed } from '../../engine/check.ts'
import { onNode } from '../../model/command.ts'

export default nodeCheck({
  code: 'NOD006',
  severity: 'error',
  title: 'Runtime has loaded no CNI configuration',
  explains: ['NOD001', 'POD001'],
  needs: ['runtime'],
  run: ({ node, parts: { runtime } }) => {
    const ready = runtime.conditions.find(({ type }) => type === 'NetworkReady')
    const status = runtime.cni?.loadStatus ?? null
    const says = ready?.status === false ? ready.message || ready.reason : null
    const fails = status !== null && status !== '' && !/^OK$/i.test(status) ? status : null
    if (ready === undefined && status === null) return notApplicable('the runtime says nothing of its network')
    if (says === null) return passed
    return found({
      message: `${runtime.name} on ${node} has no network: ${fails ?? says}`,
      evidence: [
        { at: `${node}: CRI status of ${runtime.name}`, observed: `NetworkReady=false: ${says}`, expected: 'true' },
        ...(fails === null
          ? []
          : [{ at: `${node}: last CNI load of ${runtime.name}`, observed: fails, expected: 'OK' }]),
      ],
      danger: 'no pod with a network of its own can start on this node',
      remedies: [
        {
          title: 'see what the runtime read; it looks again by itself when a file of the directory changes',
          commands: [
            onNode('crictl info | grep -i -A 3 -e lastCNILoadStatus -e NetworkReady'),
            onNode(
              'ls -l /etc/cni/net.d; journalctl -u containerd -u crio --since -15min --no-pager | grep -i cni | tail',
            ),
          ],
          risk: 'none',
        },
      ],
    })
  },
})
