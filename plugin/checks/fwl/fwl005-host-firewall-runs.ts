import type { FirewallServices } from '../../../shared/node/firewall-services.ts'
import { isMissing, isOk, type Reading } from '../../../shared/reading.ts'
import { type Draft, found, nodeCheck, notRun, passed } from '../../engine/check.ts'
import { onNode } from '../../model/command.ts'

export default nodeCheck({
  code: 'FWL005',
  severity: 'info',
  title: 'firewalld or ufw runs on the node',
  explains: [],
  needs: ['firewallServices'],
  run: ({ node, parts: { firewallServices } }) => {
    const drafts = active(firewallServices).map(each => draft(node, each))
    if (drafts.length > 0) return found(...drafts)
    const readings: readonly Reading<unknown>[] = [firewallServices.firewalld, firewallServices.ufw]
    const unread = readings.find(reading => !isOk(reading) && !isMissing(reading))
    return unread && !isOk(unread) ? notRun(unread.detail) : passed
  },
})

interface Active {
  readonly name: 'firewalld' | 'ufw'
  readonly at: string
  readonly observed: string
  readonly commands: readonly string[]
}

const active = ({ firewalld, ufw }: FirewallServices): readonly Active[] => [
  ...(isOk(firewalld) && firewalld.value.running ? [firewalldOf(firewalld.value)] : []),
  ...(isOk(ufw) && ufw.value.enabled ? [ufwOf(ufw.value.forwardPolicy)] : []),
]

const firewalldOf = ({ backend, defaultZone }: { backend: string | null; defaultZone: string | null }): Active => ({
  name: 'firewalld',
  at: '/etc/firewalld/firewalld.conf',
  observed: `running, backend ${backend ?? 'by default'}, default zone ${defaultZone ?? 'public'}`,
  commands: [
    'firewall-cmd --list-all-zones | grep -A8 trusted',
    'firewall-cmd --permanent --zone=trusted --add-source=<pod network>',
  ],
})

const ufwOf = (forwardPolicy: string | null): Active => ({
  name: 'ufw',
  at: '/etc/ufw/ufw.conf',
  observed: `enabled, forwarded packets: ${forwardPolicy ?? 'DROP'}`,
  commands: ['ufw status verbose', 'ufw route allow from <pod network>; ufw allow from <pod network>'],
})

const draft = (node: string, { name, at, observed, commands }: Active): Draft => ({
  key: name,
  message: `${name} runs on ${node}; it must accept the pod network and the ports of the cluster`,
  evidence: [{ at: `${node}:${at}`, observed }],
  danger: `a reload of ${name} may put its own rules before those of kube-proxy and the CNI, and close ports that nodes need`,
  remedies: [
    {
      title: 'see that pods and nodes are trusted',
      commands: commands.map(onNode),
      risk: 'low',
      rollback: 'take the source out again',
    },
  ],
})
