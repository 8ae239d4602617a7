interface Hints {
  readonly why: string
  /** Inputs by check. */
  readonly of: Readonly<Record<string, string>>
}

/** Wanted inputs that checks can do without: they may be unread when the check passes. Each group says why. */
const hints: readonly Hints[] = [
  {
    why: 'It tells whom a fault harms, once one is found: it raises the severity and adds a line.',
    of: {
      CNI001: 'nodes pods events',
      CNI002: 'nodes pods events',
      CNI003: 'pods events',
      CNI004: 'events',
      CNI005: 'events',
      CNI007: 'events componentLogs',
      CNI008: 'events',
      CNI016: 'nodes events',
      CTK001: 'kernelLog',
      IPM009: 'events',
      IPM010: 'events',
      IPM014: 'events',
      PRX001: 'componentLogs conntrack',
      RTE005: 'componentLogs',
      SVC008: 'events',
      SYS003: 'pods',
    },
  },
  {
    why: 'It adds a line to what is found, or the value to write into a remedy.',
    of: {
      CNI006: 'hostLogs',
      CTK003: 'conntrack',
      DNS010: 'nodes',
      DNS012: 'pods componentLogs',
      IPM001: 'hostLogs kernel',
      IPM011: 'hostLogs',
      NET005: 'links routes overlays nodes',
      POL003: 'deployments',
      RTE001: 'cniConfig',
      RTE003: 'componentLogs',
      SVC001: 'deployments daemonSets statefulSets',
      SYS005: 'kernelLog',
      SYS011: 'offloads kernel',
    },
  },
  {
    why: 'It tells which files of the directory the runtime takes; where that matters and it is unread, the check does not pass.',
    of: {
      CNI001: 'runtime kubelet',
      CNI002: 'runtime',
      CNI003: 'runtime',
      CNI005: 'runtime processes',
      CNI006: 'nodes',
      CNI008: 'cniConfig runtime kubelet',
      CNI009: 'runtime nodes cniConfig',
      CNI012: 'runtime',
      CNI014: 'runtime',
      CNI015: 'runtime',
      CNI016: 'runtime',
      CNI017: 'runtime nodes',
      HPN001: 'cniConfig runtime links',
      IPM001: 'runtime nodes',
      IPM002: 'runtime nodes',
      IPM003: 'runtime nodes',
      IPM004: 'runtime nodes',
      IPM006: 'runtime',
      IPM007: 'runtime nodes',
      IPM008: 'runtime nodes',
      IPM013: 'runtime nodes',
      POL001: 'cniConfig runtime',
    },
  },
  {
    why: 'Of several witnesses one is enough, and where all of them are unread the check does not pass.',
    of: {
      CNI009: 'pods events weave',
      CNI011: 'componentLogs',
      CNI012: 'cniDaemons',
      CNI014: 'events cniDaemons kernel',
      CNI017: 'pods events cniDaemons',
      DNS001: 'endpointSlices componentLogs',
      DNS003: 'componentLogs kubelet resolvConf podNamespaces kubeletConfigs',
      DNS007: 'systemRights',
      DNS009: 'kubelet resolvConf podNamespaces configMaps kubeletConfigs',
      DNS010: 'componentLogs',
      DNS011: 'kubelet podNamespaces kubeletConfigs',
      DNS012: 'kubeletConfigs',
      FWL003: 'nft',
      POL002: 'kubelet',
      PRX005: 'nft iptables ipvs',
      PRX006: 'nft iptables ipvs',
      PRX009: 'kubeProxy configMaps',
      PRX012: 'nft iptables',
      SVC002: 'endpoints endpointSlices',
      SVC003: 'podNamespaces sockets',
      SVC005: 'endpoints',
      SVC007: 'endpoints endpointSlices',
      SVC008: 'endpoints nft iptables ipvs',
      SVC009: 'endpoints endpointSlices',
    },
  },
  {
    why: 'Pods of DNS are known by their labels as well; their service only names the finding.',
    of: {
      DNS002: 'services',
      DNS003: 'services',
      DNS004: 'services',
      DNS007: 'services',
      DNS009: 'services',
      DNS010: 'services',
      DNS019: 'services',
      DNS020: 'services',
    },
  },
  {
    why: 'It keeps one cause from being told under two codes; unread, more is told.',
    of: {
      DNS008: 'kubelet resolvConf configMaps podNamespaces componentLogs kubeletConfigs',
      PRX008: 'kubeProxy',
      PRX012: 'kubeProxy',
    },
  },
  {
    why: 'It tells whether a wrong setting matters on this node; unread, a wrong setting is told, or not judged.',
    of: {
      HPN001: 'endpointSlices',
      SYS001: 'kubeProxy daemonSets nodes',
      SYS002: 'cniConfig runtime bridges nodes daemonSets links kubeProxy',
      SYS003: 'cniConfig runtime bridges nodes daemonSets links kubeProxy',
    },
  },
  {
    why: 'It answers conditions of rules; a condition without an answer leaves the way of the packet open, which is no pass.',
    of: {
      FWL001: 'sysctls ipsets cniConfig runtime',
      FWL002: 'sysctls ipsets cniConfig runtime',
      FWL003: 'links overlays sysctls services endpointSlices ipsets cniConfig runtime',
      FWL004: 'sysctls ipsets cniConfig runtime',
      NOD009: 'sysctls ipsets cniConfig runtime',
    },
  },
  {
    why: 'It clears addresses: without it a reservation is not known to be in use, and counts as open, never as free.',
    of: {
      IPM001: 'neighbours podNamespaces sandboxes pods cniResults processes',
      IPM002: 'neighbours podNamespaces sandboxes cniResults processes',
      IPM003: 'neighbours podNamespaces sandboxes pods cniResults processes',
      IPM004: 'neighbours podNamespaces sandboxes pods cniResults processes',
      IPM008: 'neighbours podNamespaces sandboxes pods cniResults processes',
      IPM013: 'neighbours podNamespaces sandboxes pods cniResults processes kubelet',
    },
  },
  {
    why: 'It is asked of one product; where that is known to run, the check does not pass without it.',
    of: {
      RTE001: 'ciliumNodes calicoBlocks',
      RTE002: 'ciliumNodes calicoBlocks',
      RTE003: 'ciliumNodes calicoBlocks weave',
      RTE006: 'configMaps',
      RTE008: 'ciliumNodes calicoBlocks',
    },
  },
  {
    why: 'It tells why an agent does not start; where one does not, the check does not pass without it.',
    of: {
      IPM002: 'componentLogs',
      IPM010: 'nodes componentLogs',
      NOD002: 'componentLogs',
      NOD009: 'componentLogs',
    },
  },
  {
    why: 'It is asked only where something else is odd: a proxy is set, a mode is written, a filter is strict, a range is missing, rules are there, a runtime has no network, Cilium’s agent complains.',
    of: {
      API003: 'kubeProxy processes nodes daemonSets',
      CNI003: 'hostLogs',
      NOD005: 'hostLogs',
      PRX010: 'kubeProxy',
      RTE009: 'pods events configMaps',
      SYS005: 'pods networkCounters',
      SYS010: 'iptables',
    },
  },
]

/** Inputs of a check without which it may pass. */
export const hintsOf = (code: string): readonly string[] => hints.flatMap(({ of }) => of[code]?.split(' ') ?? [])

/** Every input that is named, with its check. */
export const allHints: readonly { readonly code: string; readonly input: string }[] = hints.flatMap(({ of }) =>
  Object.entries(of).flatMap(([code, inputs]) => inputs.split(' ').map(input => ({ code, input }))),
)
