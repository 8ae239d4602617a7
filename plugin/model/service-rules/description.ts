import { onWorkstation, quote } from '../command.ts'
import { portChain } from './chain-names.ts'
import type { Deviation } from './comparison.ts'
import { type Frontend, isNodePort } from './frontend.ts'
import type { ProxyMode } from './observed-rules.ts'

/** Whether no rule of the frontend leads anywhere. */
export const isMissingRules = ({ kind }: Deviation): boolean => kind === 'missing'

/** Services of deviations, `ns/name`, each once. */
export const servicesOf = (deviations: readonly Deviation[]): readonly string[] => [
  ...new Set(deviations.map(({ frontend }) => frontend.service)),
]

/** `shop/web:http at 10.96.0.20:80/tcp`, with its chain where the mode has one. */
export function shownFrontend({ key, port }: Frontend, mode: ProxyMode): string {
  const [address = '', protocol = '', number = ''] = key.split('/')
  const place = isNodePort(key)
    ? `node port ${number}/${protocol}`
    : `${address.includes(':') ? `[${address}]` : address}:${number}/${protocol}`
  return `${port.name} at ${place}${mode === 'iptables' ? ` (${portChain(isNodePort(key) ? 'EXT' : 'SVC', port)})` : ''}`
}

/** Prints the rules of a service on its node. */
export const rulesCommand = (mode: ProxyMode, service: string): string =>
  ({
    iptables: `iptables-save -t nat | grep -F '${service}'`,
    nftables: `nft list table ip kube-proxy | grep -F '${service}'`,
    ipvs: 'ipvsadm -Ln',
  })[mode]

/** Starts the kube-proxy of a node anew: it reads everything again and writes all rules. */
export const restartCommand = (node: string) =>
  onWorkstation(`kubectl -n kube-system delete pod -l k8s-app=kube-proxy --field-selector spec.nodeName=${quote(node)}`)
