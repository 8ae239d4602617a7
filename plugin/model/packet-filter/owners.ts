import type { Origin } from './rules.ts'

/** The program that created a rule, judged by names and comments. */
export interface Owner {
  /** Name for use in a sentence. */
  readonly name: string
  /**
   * `service-proxy` and `policy` stop packets as part of their work; `firewall` belongs to the host's distribution;
   * `foreign` is anything else.
   */
  readonly role: 'service-proxy' | 'policy' | 'firewall' | 'foreign'
}

/** The likely owner of a rule; an administrator's own rules cannot be recognised. */
export function ownerOf({ table, chain, comment }: Origin): Owner {
  const names = [chain, table, comment ?? '']
  const known = owners.find(({ pattern }) => names.some(name => pattern.test(name)))
  return known ?? { name: 'an administrator or another program', role: 'foreign' }
}

const owners: readonly (Owner & { readonly pattern: RegExp })[] = [
  { name: 'kube-router', role: 'policy', pattern: /^KUBE-(?:ROUTER|POD-FW|NWPLCY)/ },
  { name: 'kube-proxy', role: 'service-proxy', pattern: /^KUBE-|\bkube-proxy$/ },
  { name: 'Calico', role: 'policy', pattern: /^cali[-:]|(?:^| )calico$/ },
  { name: 'Cilium', role: 'policy', pattern: /^(?:OLD_)?CILIUM_|^cilium:/ },
  { name: 'Weave Net', role: 'policy', pattern: /^WEAVE-/ },
  { name: 'Antrea', role: 'policy', pattern: /^ANTREA-|^Antrea:/ },
  {
    name: 'kindnet or kube-network-policies',
    role: 'policy',
    pattern: /kube-network-policies|kindnet-network-policies/,
  },
  { name: 'OVN-Kubernetes or OpenShift', role: 'policy', pattern: /^OVN-KUBE|^OPENSHIFT-|ovn-kubernetes$/ },
  { name: 'flannel', role: 'policy', pattern: /^FLANNEL-/ },
  { name: 'a CNI plugin', role: 'policy', pattern: /^CNI-|(?:^| )cni_hostport$/ },
  {
    name: 'firewalld',
    role: 'firewall',
    pattern: /(?:^| )firewalld$|^(?:FWD[IO]|IN|PRE|POST)_|_(?:ZONES|direct|POLICIES)(?:_|$)/,
  },
  { name: 'ufw', role: 'firewall', pattern: /^ufw6?-/ },
  { name: 'Docker', role: 'foreign', pattern: /^DOCKER/ },
  { name: 'fail2ban', role: 'foreign', pattern: /^f2b-|(?:^| )f2b-table$/ },
  { name: 'CrowdSec', role: 'foreign', pattern: /crowdsec/i },
  { name: 'libvirt', role: 'foreign', pattern: /^LIBVIRT_|libvirt_network$/ },
]
