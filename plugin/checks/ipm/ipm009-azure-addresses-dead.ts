import { isMissing, isOk } from '../../../shared/reading.ts'
import { counted } from '../../../shared/text.ts'
import { found, nodeCheck, notApplicable, notRun, passed } from '../../engine/check.ts'
import { azureAddresses } from '../../model/azure-addresses.ts'
import { onNode } from '../../model/command.ts'
import { harmOn } from '../../model/harm.ts'
import { networkedPodsOn } from '../../model/pods.ts'

export default nodeCheck({
  code: 'IPM009',
  severity: 'warning',
  title: 'Azure CNI state holds dead addresses',
  explains: ['IPM002', 'POD001'],
  needs: [],
  wants: ['azureIpam', 'sandboxes'],
  wantsCluster: ['pods', 'events'],
  run: ({ node, maybe: { azureIpam, sandboxes }, maybeCluster, takenAt }) => {
    const pools = isOk(azureIpam) ? azureIpam.value.pools : azureIpam
    if (isMissing(pools)) return notApplicable('azure-vnet-ipam gives no addresses here')
    if (!isOk(pools)) return notRun(pools.detail)
    if (!isOk(sandboxes)) return notRun(`the runtime did not tell its sandboxes: ${sandboxes.detail}`)
    const { pods } = maybeCluster
    if (!isOk(pods)) return notRun(pods.detail)
    const own = networkedPodsOn(pods.value, node)
    const { all, dead, starting } = azureAddresses(pools.value, { sandboxes: sandboxes.value, pods: own })
    if (dead.length <= starting) return passed
    const isHarmful = harmOn(node, maybeCluster, takenAt).failures.some(({ cause }) => cause === 'no-address')
    const lost = dead.filter(({ inUse }) => !inUse).length
    return found({
      severity: isHarmful ? 'error' : 'warning',
      confidence: 'likely',
      message: `azure-vnet-ipam on ${node} keeps ${counted(dead.length, 'address', 'addresses')} for containers that are gone`,
      evidence: [
        {
          at: `${node}:/var/run/azure-vnet-ipam.json`,
          observed: `${dead.length} of ${all.length} addresses have an owner that is no sandbox, ${lost} of them not in use: ${dead
            .slice(0, 5)
            .map(({ address }) => address)
            .join(', ')}`,
          expected: 'a sandbox of the runtime for each address with an owner',
        },
      ],
      danger: 'an address with an owner is never given again; when none is left, no further pod can start here',
      remedies: [
        {
          title: 'cordon and drain the node, then stop the kubelet and move the state away: Azure CNI makes it anew',
          commands: [
            onNode(
              'systemctl stop kubelet && mv /var/run/azure-vnet-ipam.json /var/run/azure-vnet-ipam.json.old && systemctl start kubelet',
            ),
          ],
          risk: 'disruptive',
          rollback:
            'systemctl stop kubelet && mv /var/run/azure-vnet-ipam.json.old /var/run/azure-vnet-ipam.json && systemctl start kubelet',
        },
      ],
    })
  },
})
