import { dnsTroubles } from '../dns-log.ts'

/** What programs write when something fails. */
const trouble =
  /\b(?:fail(?:ed|ure|s|ing)?|errors?|unable|cannot|can't|could not|refused|denied|rejected|time(?:d ?)?out|deadline exceeded|unreachable|no route|not found|invalid|missing|forbidden|unauthori[sz]ed|expired|x509|panic|fatal|crash\w*|lost|conflict\w*|exhausted|killed|evict\w*|no (?:IP|addresses|available)|not (?:ready|initiali[sz]ed|permitted|allowed)|loop detected|dropp(?:ed|ing))\b/i

/** What concerns the network of a node, its pods, or the way to the API. */
const network =
  /network|\bcni\b|sandbox|veth|bridge|\bdns\b|resolv|iptables|\bnft|ipset|ipvs|conntrack|\broutes?\b|\bBGP\b|vxlan|wireguard|subnet|lease|ipam|IP address|dial tcp|connection|certificate|x509|api ?server|kube-proxy|services?\b|endpoint|node status|not ?ready|\blisten|socket|\btls\b|upstream|plugin/i

/** Beginnings and ends of programs, and a node that turns. */
const lifecycle =
  /\bStart(?:ing|ed) kubelet\b(?! main)|\bStopp(?:ing|ed) kubelet\b|became (?:not )?ready|NetworkReady|[Rr]eceived (?:SIG\w+|signal|termination)|[Ll]oading cni|starting containerd|CoreDNS-\d|Using (?:iptables|ipvs|nftables) [Pp]roxier|Going into lameduck/

/** What the kernel writes of network and memory. */
const kernel =
  /nf_conntrack: .*table full|neighbou?r table overflow|neigh(?:bour)?: .*overflow|martian source|unregister_netdevice|NETDEV WATCHDOG|Cannot bind port|\bbad checksum\b|Out of memory: Kill|oom-kill|\b(?:eth|en[opsx]|bond|wlan)\w*: .*[Ll]ink (?:is )?(?:up|down|becomes)|carrier|Linux version|soft lockup|I\/O error|possible SYN flooding/i

/** What healthy nodes write as well: connections that somebody ended, containers that were just removed, and our own pods. */
const everyday =
  /use of closed network connection|ContainerStatus from runtime service failed.{0,400}(?:not found|context canceled)|failed to read memory cgroup|netcheck-[0-9a-f]{8}\b/

/** A line of a program that a person who looks for a fault of the network wants to see, and whether it tells trouble. */
export function judgeLine(text: string): { readonly isBad: boolean } | null {
  const start = text.slice(0, longest)
  if (everyday.test(start)) return null
  if (dnsTroubles(start).length > 0) return { isBad: true }
  if (trouble.test(start) && network.test(start) && !isInformation(start)) return { isBad: true }
  return lifecycle.test(start) ? { isBad: false } : null
}

/** The same for a message of the kernel. */
export function judgeMessage(text: string): { readonly isBad: boolean } | null {
  if (!kernel.test(text.slice(0, longest))) return null
  return { isBad: !/Linux version|[Ll]ink (?:is )?up|becomes ready/.test(text) }
}

/** By klog’s letter, or a level in words. */
const isInformation = (text: string): boolean =>
  /^(?:\S+ )?I\d{4} \d\d:|\blevel="?(?:info|debug)\b|\[(?:INFO|DEBUG)\]/.test(text)

/** Characters of a line that are looked at. */
const longest = 2048

/** A line without what runtimes, klog and logrus put before its message. */
export const bareLine = (text: string): string =>
  text
    .replace(/^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d) (?:std(?:out|err) [FP] )?/, '')
    .replace(/^[IWEF]\d{4} [\d:.]+ +\d+ [\w./-]+:\d+\] /, '')
    .replace(/^time="[^"]{1,40}" level=\w+ msg=/, '')
    .replace(/^"([^"]*)"/, '$1')
    .trim()
