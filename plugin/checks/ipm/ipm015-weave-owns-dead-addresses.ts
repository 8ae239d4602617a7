import { isMissing, isOk } from '../../../shared/reading.ts'
import { counted } from '../../../shared/text.ts'
import { found, nodeCheck, notApplicable, notRun, passed } from '../../engine/check.ts'
import { onNode } from '../../model/command.ts'
import { networkedPodsOn } from '../../model/pods.ts'
import { weaveAddresses } from '../../model/weave-addresses.ts'

export default nodeCheck({
  code: 'IPM015',
  severity: 'error',
  title: 'Weave Net owns addresses of containers that are gone',
  explains: ['IPM002', 'POD001'],
  needs: [],
  wants: ['weave', 'sandboxes'],
  wantsCluster: ['pods'],
  run: ({ node, maybe: { weave, sandboxes }, maybeCluster: { pods } }) => {
    const owned = isOk(weave) ? weave.value.owned : weave
    if (isMissing(owned)) return notApplicable('Weave Net gives no addresses here')
    if (!isOk(owned)) return notRun(owned.detail)
    if (!isOk(sandboxes)) return notRun(`the runtime did not tell its sandboxes: ${sandboxes.detail}`)
    if (!isOk(pods)) return notRun(pods.detail)
    const own = networkedPodsOn(pods.value, node)
    const { gone, starting } = weaveAddresses(owned.value, { sandboxes: sandboxes.value, pods: own })
    if (gone.length <= starting) return passed
    const status = isOk(weave) && isOk(weave.value.status) ? weave.value.status.value.ipam : null
    const isWaiting = status !== null && /waiting for IP/i.test(status)
    return found({
      severity: isWaiting ? 'error' : 'warning',
      confidence: 'likely',
      message: `Weave Net on ${node} holds ${counted(gone.length, 'address', 'addresses')} for containers that are gone`,
      evidence: [
        {
          at: `${node}: http://127.0.0.1:6784/ip`,
          observed: `${gone.length} of ${owned.value.length} owners are no sandbox: ${gone
            .slice(0, 5)
            .map(({ addresses }) => addresses.join(' '))
            .join(', ')}`,
          expected: 'a sandbox of the runtime for each',
        },
        ...(status === null ? [] : [{ at: `${node}: http://127.0.0.1:6784/status`, observed: `ipam: ${status}` }]),
      ],
      danger: 'Weave Net never gives them again; when none is left, pods of this node get no network',
      remedies: [
        {
          title: 'let Weave Net release the addresses of each container that the runtime does not list',
          commands: [
            onNode('crictl pods -q --no-trunc'),
            ...gone
              .slice(0, 3)
              .map(({ containerId }) => onNode(`curl -X DELETE http://127.0.0.1:6784/ip/${containerId}`)),
          ],
          risk: 'low',
        },
      ],
    })
  },
})
