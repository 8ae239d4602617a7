import type { ApiserverAttempt, ApiserverReach } from '../../../shared/node/apiserver-reach.ts'
import { isOk, type Reading } from '../../../shared/reading.ts'
import { type Draft, found, nodeCheck, notRun, passed } from '../../engine/check.ts'
import { onNode, onWorkstation, quote } from '../../model/command.ts'

export default nodeCheck({
  code: 'NOD004',
  severity: 'error',
  title: 'API server unreachable from the node',
  explains: ['PRX011', 'CNI007', 'NOD003'],
  needs: ['apiserverReach'],
  run: ({ node, parts: { apiserverReach } }) => {
    const lost = legs.filter(({ name }) => isLost(apiserverReach[name]))
    if (lost.length > 0) return found(draft(node, apiserverReach))
    const unread = legs.find(({ name }) => !isOk(apiserverReach[name]))
    return unread ? notRun(`${unread.what} was not tried`) : passed
  },
})

const legs = [
  { name: 'endpoint', what: 'the API server’s own address' },
  { name: 'service', what: 'the address of the kubernetes Service' },
] as const

/** Any answer, including 401 and 403, proves that the server is reachable. */
const isLost = (attempt: Reading<ApiserverAttempt>): boolean => isOk(attempt) && attempt.value.outcome !== 'answered'

const says: Readonly<Record<ApiserverAttempt['outcome'], string>> = {
  answered: 'answers',
  refused: 'refuses connections',
  'timed-out': 'does not answer',
  unreachable: 'cannot be reached',
  unresolved: 'has a name without address',
  failed: 'does not speak HTTPS',
}

const outcomeOf = (attempt: Reading<ApiserverAttempt>): string => (isOk(attempt) ? says[attempt.value.outcome] : '')

function draft(node: string, { endpoint, service }: ApiserverReach): Draft {
  const isWayLost = isLost(endpoint)
  return {
    // When the server is reachable directly, service rules are the usual cause, which other checks prove.
    confidence: isWayLost ? 'certain' : 'likely',
    message: isWayLost
      ? `from ${node} the API server ${outcomeOf(endpoint)} at its own address${isLost(service) ? ' and at its Service' : ''}`
      : `from ${node} the API server ${outcomeOf(service)} at the address of its Service, while its own address answers`,
    evidence: [endpoint, service].flatMap(attempt =>
      isOk(attempt)
        ? [
            {
              at: `${node}: GET without credentials`,
              observed: `${attempt.value.detail}${attempt.value.status === null ? '' : ` answers ${attempt.value.status}`}`,
            },
          ]
        : [],
    ),
    danger: isWayLost
      ? 'the kubelet of this node cannot report, and nothing new reaches the node'
      : 'CNI agents and pods on this node that ask the API through its Service fail: kube-proxy’s work is not done here',
    remedies: [
      isWayLost
        ? {
            title: 'try the way step by step: name, route, port, firewall',
            commands: [
              onNode('grep server: /etc/kubernetes/kubelet.conf; getent hosts <host>; ip route get <address>'),
              onNode('curl -sk -m 5 https://<host>:6443/healthz; iptables-save | grep -e 6443 -e DROP -e REJECT'),
            ],
            risk: 'none',
          }
        : {
            title: 'see what kube-proxy has done with the Service',
            commands: [
              onWorkstation(`kubectl netcheck nodes ${quote(node)}`),
              onNode(
                'iptables-save -t nat | grep default/kubernetes; nft list ruleset 2>/dev/null | grep default/kubernetes',
              ),
            ],
            risk: 'none',
          },
    ],
  }
}
