import { isMissing, isOk } from '../../../shared/reading.ts'
import { oneLine } from '../../../shared/text.ts'
import type { Pod } from '../../cluster/pods.ts'
import { found, nodeCheck, notApplicable, notRun, passed } from '../../engine/check.ts'
import { onNode, onWorkstation, quote } from '../../model/command.ts'
import { cniComponentsOf } from '../../model/components.ts'
import { harmOn } from '../../model/harm.ts'
import { recentHostLines } from '../../model/log-lines.ts'
import { livePodsOn, podKey } from '../../model/pods.ts'

export default nodeCheck({
  code: 'IPM011',
  severity: 'error',
  title: 'AWS VPC CNI cannot give addresses',
  explains: ['IPM002', 'POD001', 'CNI007'],
  needs: [],
  wants: ['awsIpam', 'hostLogs'],
  wantsCluster: ['pods', 'events'],
  run: ({ node, maybe: { awsIpam, hostLogs }, maybeCluster, takenAt }) => {
    const harm = harmOn(node, maybeCluster, takenAt)
    const failure = harm.failures.find(({ text }) => /failed to assign an IP address to container/i.test(text))
    const pool = isOk(awsIpam) ? awsIpam.value.pool : awsIpam
    const line = recentHostLines(hostLogs, takenAt, ['cni']).findLast(
      ({ source, text }) => source.includes('ipamd') && causes.test(text),
    )
    const isDown = isOk(maybeCluster.pods) && livePodsOn(maybeCluster.pods.value, node).some(isUnreadyAgent)
    if (!failure && isDown && !isOk(hostLogs)) return notRun(`why ipamd does not start: ${hostLogs.detail}`)
    if (!failure && !(isDown && line)) {
      if (isMissing(pool)) return notApplicable('ipamd of the AWS VPC CNI does not run here')
      if (!isOk(pool)) return notRun(pool.detail)
      return harm.known ? passed : notRun('pods or events not read, so it is not known whether a pod gets no address')
    }
    return found({
      message: failure
        ? `the AWS VPC CNI has no address for pods of ${node}`
        : `the AWS VPC CNI of ${node} cannot start to manage addresses: EC2 answers with an error`,
      evidence: [
        ...(failure ? [{ at: `Event of Pod ${podKey(failure.pod)}`, observed: oneLine(failure.text, 240) }] : []),
        ...(isOk(pool)
          ? [
              {
                at: `${node}: http://127.0.0.1:61679/v1/enis`,
                observed: `${pool.value.assigned} of ${pool.value.total} addresses assigned, ${pool.value.interfaces} network interfaces`,
              },
            ]
          : []),
        ...(line ? [{ at: `${node}: ${line.source}`, observed: oneLine(line.text, 240) }] : []),
      ],
      danger: 'no further pod with a network of its own can start on this node',
      remedies: [
        {
          title:
            'read what EC2 answers: an empty subnet, missing rights and the limit of the instance type all look like this',
          commands: [
            onNode('tail -n 200 /var/log/aws-routed-eni/ipamd.log'),
            onWorkstation(
              `kubectl get node ${quote(node)} -o jsonpath='{.metadata.labels.node\\.kubernetes\\.io/instance-type} {.status.capacity.pods}'`,
            ),
            onWorkstation('kubectl -n kube-system get pods -l k8s-app=aws-node -o wide'),
          ],
          risk: 'none',
        },
      ],
    })
  },
})

const isUnreadyAgent = (pod: Pod): boolean => !pod.ready && cniComponentsOf(pod).includes('aws')

/** Errors of EC2, and messages of ipamd for an empty pool. */
const causes =
  /InsufficientFreeAddressesInSubnet|InsufficientCidrBlocks|UnauthorizedOperation|AttachmentLimitExceeded|PrivateIpAddressLimitExceeded|no available IP addresses|RequestLimitExceeded/i
