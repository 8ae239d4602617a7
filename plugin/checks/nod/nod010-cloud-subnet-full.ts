import { isOk, ok } from '../../../shared/reading.ts'
import { clusterCheck, type Draft, found } from '../../engine/check.ts'
import { onWorkstation } from '../../model/command.ts'
import { plainText } from '../../model/event-text.ts'
import { containerLines, type LogLine } from '../../model/log-lines.ts'
import { ageOf, hour } from '../../model/pods.ts'

export default clusterCheck({
  code: 'NOD010',
  severity: 'warning',
  title: 'No room for nodes or addresses in the cloud’s subnet',
  explains: ['POD003', 'IPM011', 'IPM002'],
  cluster: ['events'],
  wantsCluster: ['componentLogs'],
  decisive: ['componentLogs'],
  run: ({ cluster: { events }, maybeCluster: { componentLogs }, takenAt }) => {
    const told = events
      .filter(({ lastSeen }) => (ageOf(lastSeen, takenAt) ?? 0) <= hour)
      .map(({ object, reason, message }) => ({
        source: `Event ${reason} of ${object.kind} ${object.name}`,
        text: plainText(message),
      }))
    const logs = isOk(componentLogs) ? componentLogs : ok([])
    const lines = [...told, ...logs.value.flatMap(containerLines)].filter(({ text }) => isFull(text))
    const last = lines.at(-1)
    return found(...(last ? [draft(last, lines.length)] : []))
  },
})

/** Error texts of AWS, Azure, Google Cloud and OpenStack for a subnet without free addresses. */
const full =
  /InsufficientFreeAddressesInSubnet|InsufficientCidrBlocks|SubnetIsFull|SubnetFull|IP_SPACE_EXHAUSTED|IpAddressGenerationFailure|No more IP addresses available on network/
/** The same in free text: a subnet or network, and too few addresses. */
const inWords =
  /\bsubnet\b.*(?:(?:not|n't) (?:have )?(?:enough|sufficient)|insufficient|no (?:more|free|available)|exhausted|full).*(?:address|IP|capacity)|insufficient (?:free )?(?:IP )?addresses in (?:the )?subnet/i

const isFull = (text: string): boolean => full.test(text) || inWords.test(text)

const draft = ({ source, text }: LogLine, count: number): Draft => ({
  confidence: 'likely',
  message: 'the cloud has no free addresses left in a subnet of this cluster, so it gives no more nodes or addresses',
  evidence: [{ at: source, observed: `${text.slice(0, 500)}${count > 1 ? ` (and ${count - 1} more)` : ''}` }],
  danger: 'pods wait for nodes that never come, or for addresses; nodes that are replaced do not come back',
  remedies: [
    {
      title: 'give the pool a larger subnet or another one, or take back what holds addresses there',
      commands: [
        onWorkstation('kubectl get nodes -o wide'),
        onWorkstation('kubectl get events -A --field-selector type=Warning | grep -i -e subnet -e address'),
      ],
      risk: 'none',
    },
  ],
})
