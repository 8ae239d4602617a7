// Made by `npm run generate` from the folder listing. Do not edit.
import type { AnyCheck } from '../engine/check.ts'
import api001 from '../checks/api/api001-api-server-not-healthy.ts'
import api002 from '../checks/api/api002-account-forbidden.ts'
import api003 from '../checks/api/api003-pods-cannot-reach-api.ts'
import cni001 from '../checks/cni/cni001-configuration-missing.ts'
import cni002 from '../checks/cni/cni002-configuration-broken.ts'
import cni003 from '../checks/cni/cni003-plugin-binary-missing.ts'
import cni004 from '../checks/cni/cni004-wrong-configuration-wins.ts'
import cni005 from '../checks/cni/cni005-configuration-left-behind.ts'
import cni006 from '../checks/cni/cni006-versions-incompatible.ts'
import cni007 from '../checks/cni/cni007-daemon-not-running.ts'
import cni008 from '../checks/cni/cni008-no-cni-installed.ts'
import cni009 from '../checks/cni/cni009-weave-not-answering.ts'
import cni010 from '../checks/cni/cni010-installer-stopped-by-selinux.ts'
import cni011 from '../checks/cni/cni011-flannel-without-lease.ts'
import cni012 from '../checks/cni/cni012-calico-unauthorized.ts'
import cni013 from '../checks/cni/cni013-calico-bgp-down.ts'
import cni014 from '../checks/cni/cni014-cilium-socket-missing.ts'
import cni015 from '../checks/cni/cni015-configuration-differs.ts'
import cni016 from '../checks/cni/cni016-directories-differ.ts'
import cni017 from '../checks/cni/cni017-bridge-keeps-old-subnet.ts'
import cni018 from '../checks/cni/cni018-release-unsupported.ts'
import cni019 from '../checks/cni/cni019-flannel-network-differs.ts'
import ctk001 from '../checks/ctk/ctk001-connection-table-full.ts'
import ctk002 from '../checks/ctk/ctk002-insertions-fail.ts'
import ctk003 from '../checks/ctk/ctk003-masquerade-without-random-ports.ts'
import ctk004 from '../checks/ctk/ctk004-connections-pinned-to-dead-endpoint.ts'
import dns001 from '../checks/dns/dns001-coredns-not-serving.ts'
import dns002 from '../checks/dns/dns002-coredns-waits-for-network.ts'
import dns003 from '../checks/dns/dns003-forwarding-loop.ts'
import dns004 from '../checks/dns/dns004-corefile-not-valid.ts'
import dns005 from '../checks/dns/dns005-dns-service-broken.ts'
import dns006 from '../checks/dns/dns006-two-dns-servers.ts'
import dns007 from '../checks/dns/dns007-coredns-lacks-rights.ts'
import dns008 from '../checks/dns/dns008-coredns-memory-limit.ts'
import dns009 from '../checks/dns/dns009-upstream-silent.ts'
import dns010 from '../checks/dns/dns010-coredns-privileges-blocked.ts'
import dns011 from '../checks/dns/dns011-kubelet-gives-other-dns.ts'
import dns012 from '../checks/dns/dns012-node-resolver-trouble.ts'
import dns013 from '../checks/dns/dns013-lookup-latency-risks.ts'
import dns014 from '../checks/dns/dns014-pod-defeats-cluster-dns.ts'
import dns015 from '../checks/dns/dns015-node-cache-broken.ts'
import dns016 from '../checks/dns/dns016-lookups-slow.ts'
import dns017 from '../checks/dns/dns017-lookups-fail.ts'
import dns018 from '../checks/dns/dns018-search-zone-answers-all.ts'
import dns019 from '../checks/dns/dns019-probe-without-plugin.ts'
import dns020 from '../checks/dns/dns020-corefile-hides-services.ts'
import fwl001 from '../checks/fwl/fwl001-forward-drops-pod-traffic.ts'
import fwl002 from '../checks/fwl/fwl002-reject-before-pod-accept.ts'
import fwl003 from '../checks/fwl/fwl003-backends-contradict.ts'
import fwl004 from '../checks/fwl/fwl004-foreign-rule-blocks-traffic.ts'
import fwl005 from '../checks/fwl/fwl005-host-firewall-runs.ts'
import fwl006 from '../checks/fwl/fwl006-native-rules-stop-iptables.ts'
import hpn001 from '../checks/hpn/hpn001-hairpin-off.ts'
import ipm001 from '../checks/ipm/ipm001-addresses-leaked.ts'
import ipm002 from '../checks/ipm/ipm002-range-exhausted.ts'
import ipm003 from '../checks/ipm/ipm003-range-nearly-exhausted.ts'
import ipm004 from '../checks/ipm/ipm004-reservations-unreadable.ts'
import ipm005 from '../checks/ipm/ipm005-address-given-twice.ts'
import ipm006 from '../checks/ipm/ipm006-pod-outside-node-range.ts'
import ipm007 from '../checks/ipm/ipm007-pod-without-reservation.ts'
import ipm008 from '../checks/ipm/ipm008-reservations-of-another-network.ts'
import ipm009 from '../checks/ipm/ipm009-azure-addresses-dead.ts'
import ipm010 from '../checks/ipm/ipm010-calico-addresses-leaked.ts'
import ipm011 from '../checks/ipm/ipm011-aws-pool-empty.ts'
import ipm012 from '../checks/ipm/ipm012-weave-peer-gone.ts'
import ipm013 from '../checks/ipm/ipm013-pods-recreated-too-fast.ts'
import ipm014 from '../checks/ipm/ipm014-allocations-without-pod.ts'
import ipm015 from '../checks/ipm/ipm015-weave-owns-dead-addresses.ts'
import net001 from '../checks/net/net001-node-unreachable-from-node.ts'
import net002 from '../checks/net/net002-pod-path-between-nodes.ts'
import net003 from '../checks/net/net003-service-not-reached.ts'
import net004 from '../checks/net/net004-outside-not-reached.ts'
import net005 from '../checks/net/net005-large-packets-vanish.ts'
import nod001 from '../checks/nod/nod001-node-not-ready.ts'
import nod002 from '../checks/nod/nod002-node-address-wrong.ts'
import nod003 from '../checks/nod/nod003-kubelet-unreachable.ts'
import nod004 from '../checks/nod/nod004-api-unreachable-from-node.ts'
import nod005 from '../checks/nod/nod005-proxy-catches-cluster-traffic.ts'
import nod006 from '../checks/nod/nod006-runtime-loads-no-cni.ts'
import nod007 from '../checks/nod/nod007-versions-out-of-skew.ts'
import nod008 from '../checks/nod/nod008-certificate-refused.ts'
import nod009 from '../checks/nod/nod009-required-port-blocked-or-taken.ts'
import nod010 from '../checks/nod/nod010-cloud-subnet-full.ts'
import nod011 from '../checks/nod/nod011-runtime-silent.ts'
import pod001 from '../checks/pod/pod001-sandbox-fails-network.ts'
import pod002 from '../checks/pod/pod002-sandbox-fails-otherwise.ts'
import pod003 from '../checks/pod/pod003-waits-without-address.ts'
import pod004 from '../checks/pod/pod004-stuck-terminating.ts'
import pod005 from '../checks/pod/pod005-network-components-restart.ts'
import pod006 from '../checks/pod/pod006-host-port-taken.ts'
import pol001 from '../checks/pol/pol001-policies-not-enforced.ts'
import pol002 from '../checks/pol/pol002-dns-blocked.ts'
import pol003 from '../checks/pol/pol003-policy-without-effect.ts'
import pol004 from '../checks/pol/pol004-path-denied.ts'
import pol005 from '../checks/pol/pol005-engine-contradicts-specification.ts'
import prx001 from '../checks/prx/prx001-kube-proxy-not-running.ts'
import prx002 from '../checks/prx/prx002-configuration-file-missing.ts'
import prx003 from '../checks/prx/prx003-configuration-not-understood.ts'
import prx004 from '../checks/prx/prx004-hostname-unknown.ts'
import prx005 from '../checks/prx/prx005-service-rules-missing.ts'
import prx006 from '../checks/prx/prx006-service-rules-stale.ts'
import prx007 from '../checks/prx/prx007-rules-not-written.ts'
import prx008 from '../checks/prx/prx008-health-port-taken.ts'
import prx009 from '../checks/prx/prx009-cluster-range-wrong.ts'
import prx010 from '../checks/prx/prx010-other-mode-than-configured.ts'
import prx011 from '../checks/prx/prx011-api-not-reached.ts'
import prx012 from '../checks/prx/prx012-two-service-proxies.ts'
import rte001 from '../checks/rte/rte001-no-route-to-pods.ts'
import rte002 from '../checks/rte/rte002-route-leads-elsewhere.ts'
import rte003 from '../checks/rte/rte003-overlapping-ranges.ts'
import rte004 from '../checks/rte/rte004-packets-too-large.ts'
import rte005 from '../checks/rte/rte005-cloud-routes-fail.ts'
import rte006 from '../checks/rte/rte006-overlay-device-missing.ts'
import rte007 from '../checks/rte/rte007-overlay-peer-unknown.ts'
import rte008 from '../checks/rte/rte008-pod-traffic-caught.ts'
import rte009 from '../checks/rte/rte009-node-without-pod-range.ts'
import rte010 from '../checks/rte/rte010-same-overlay-endpoint.ts'
import rte011 from '../checks/rte/rte011-pod-routes-leave-cluster.ts'
import svc001 from '../checks/svc/svc001-selector-matches-no-pod.ts'
import svc002 from '../checks/svc/svc002-no-ready-endpoint.ts'
import svc003 from '../checks/svc/svc003-target-port-not-served.ts'
import svc004 from '../checks/svc/svc004-node-port-conflict.ts'
import svc005 from '../checks/svc/svc005-local-policy-without-endpoint.ts'
import svc006 from '../checks/svc/svc006-endpoints-by-hand-wrong.ts'
import svc007 from '../checks/svc/svc007-api-service-leads-astray.ts'
import svc008 from '../checks/svc/svc008-not-reachable-from-here.ts'
import svc009 from '../checks/svc/svc009-nobody-keeps-endpoints.ts'
import svc010 from '../checks/svc/svc010-external-address-taken.ts'
import sys001 from '../checks/sys/sys001-ip-forwarding-off.ts'
import sys002 from '../checks/sys/sys002-bridge-netfilter-off.ts'
import sys003 from '../checks/sys/sys003-br-netfilter-missing.ts'
import sys004 from '../checks/sys/sys004-ipv6-off.ts'
import sys005 from '../checks/sys/sys005-reverse-path-filter-strict.ts'
import sys006 from '../checks/sys/sys006-neighbour-table-full.ts'
import sys007 from '../checks/sys/sys007-node-ports-among-ephemeral-ports.ts'
import sys008 from '../checks/sys/sys008-kernel-with-insertion-race.ts'
import sys009 from '../checks/sys/sys009-kernel-names-network-fault.ts'
import sys010 from '../checks/sys/sys010-setting-differs.ts'
import sys011 from '../checks/sys/sys011-tunnel-checksum-broken.ts'
import sys012 from '../checks/sys/sys012-resources-exhausted.ts'
import sys013 from '../checks/sys/sys013-ipv6-default-route-lost.ts'

export const checks: readonly AnyCheck[] = [api001, api002, api003, cni001, cni002, cni003, cni004, cni005, cni006, cni007, cni008, cni009, cni010, cni011, cni012, cni013, cni014, cni015, cni016, cni017, cni018, cni019, ctk001, ctk002, ctk003, ctk004, dns001, dns002, dns003, dns004, dns005, dns006, dns007, dns008, dns009, dns010, dns011, dns012, dns013, dns014, dns015, dns016, dns017, dns018, dns019, dns020, fwl001, fwl002, fwl003, fwl004, fwl005, fwl006, hpn001, ipm001, ipm002, ipm003, ipm004, ipm005, ipm006, ipm007, ipm008, ipm009, ipm010, ipm011, ipm012, ipm013, ipm014, ipm015, net001, net002, net003, net004, net005, nod001, nod002, nod003, nod004, nod005, nod006, nod007, nod008, nod009, nod010, nod011, pod001, pod002, pod003, pod004, pod005, pod006, pol001, pol002, pol003, pol004, pol005, prx001, prx002, prx003, prx004, prx005, prx006, prx007, prx008, prx009, prx010, prx011, prx012, rte001, rte002, rte003, rte004, rte005, rte006, rte007, rte008, rte009, rte010, rte011, svc001, svc002, svc003, svc004, svc005, svc006, svc007, svc008, svc009, svc010, sys001, sys002, sys003, sys004, sys005, sys006, sys007, sys008, sys009, sys010, sys011, sys012, sys013]

/** Name of the page of each check, under plugin/checks/. */
export const pages: Readonly<Record<string, string>> = {
  API001: 'api/api001-api-server-not-healthy.md',
  API002: 'api/api002-account-forbidden.md',
  API003: 'api/api003-pods-cannot-reach-api.md',
  CNI001: 'cni/cni001-configuration-missing.md',
  CNI002: 'cni/cni002-configuration-broken.md',
  CNI003: 'cni/cni003-plugin-binary-missing.md',
  CNI004: 'cni/cni004-wrong-configuration-wins.md',
  CNI005: 'cni/cni005-configuration-left-behind.md',
  CNI006: 'cni/cni006-versions-incompatible.md',
  CNI007: 'cni/cni007-daemon-not-running.md',
  CNI008: 'cni/cni008-no-cni-installed.md',
  CNI009: 'cni/cni009-weave-not-answering.md',
  CNI010: 'cni/cni010-installer-stopped-by-selinux.md',
  CNI011: 'cni/cni011-flannel-without-lease.md',
  CNI012: 'cni/cni012-calico-unauthorized.md',
  CNI013: 'cni/cni013-calico-bgp-down.md',
  CNI014: 'cni/cni014-cilium-socket-missing.md',
  CNI015: 'cni/cni015-configuration-differs.md',
  CNI016: 'cni/cni016-directories-differ.md',
  CNI017: 'cni/cni017-bridge-keeps-old-subnet.md',
  CNI018: 'cni/cni018-release-unsupported.md',
  CNI019: 'cni/cni019-flannel-network-differs.md',
  CTK001: 'ctk/ctk001-connection-table-full.md',
  CTK002: 'ctk/ctk002-insertions-fail.md',
  CTK003: 'ctk/ctk003-masquerade-without-random-ports.md',
  CTK004: 'ctk/ctk004-connections-pinned-to-dead-endpoint.md',
  DNS001: 'dns/dns001-coredns-not-serving.md',
  DNS002: 'dns/dns002-coredns-waits-for-network.md',
  DNS003: 'dns/dns003-forwarding-loop.md',
  DNS004: 'dns/dns004-corefile-not-valid.md',
  DNS005: 'dns/dns005-dns-service-broken.md',
  DNS006: 'dns/dns006-two-dns-servers.md',
  DNS007: 'dns/dns007-coredns-lacks-rights.md',
  DNS008: 'dns/dns008-coredns-memory-limit.md',
  DNS009: 'dns/dns009-upstream-silent.md',
  DNS010: 'dns/dns010-coredns-privileges-blocked.md',
  DNS011: 'dns/dns011-kubelet-gives-other-dns.md',
  DNS012: 'dns/dns012-node-resolver-trouble.md',
  DNS013: 'dns/dns013-lookup-latency-risks.md',
  DNS014: 'dns/dns014-pod-defeats-cluster-dns.md',
  DNS015: 'dns/dns015-node-cache-broken.md',
  DNS016: 'dns/dns016-lookups-slow.md',
  DNS017: 'dns/dns017-lookups-fail.md',
  DNS018: 'dns/dns018-search-zone-answers-all.md',
  DNS019: 'dns/dns019-probe-without-plugin.md',
  DNS020: 'dns/dns020-corefile-hides-services.md',
  FWL001: 'fwl/fwl001-forward-drops-pod-traffic.md',
  FWL002: 'fwl/fwl002-reject-before-pod-accept.md',
  FWL003: 'fwl/fwl003-backends-contradict.md',
  FWL004: 'fwl/fwl004-foreign-rule-blocks-traffic.md',
  FWL005: 'fwl/fwl005-host-firewall-runs.md',
  FWL006: 'fwl/fwl006-native-rules-stop-iptables.md',
  HPN001: 'hpn/hpn001-hairpin-off.md',
  IPM001: 'ipm/ipm001-addresses-leaked.md',
  IPM002: 'ipm/ipm002-range-exhausted.md',
  IPM003: 'ipm/ipm003-range-nearly-exhausted.md',
  IPM004: 'ipm/ipm004-reservations-unreadable.md',
  IPM005: 'ipm/ipm005-address-given-twice.md',
  IPM006: 'ipm/ipm006-pod-outside-node-range.md',
  IPM007: 'ipm/ipm007-pod-without-reservation.md',
  IPM008: 'ipm/ipm008-reservations-of-another-network.md',
  IPM009: 'ipm/ipm009-azure-addresses-dead.md',
  IPM010: 'ipm/ipm010-calico-addresses-leaked.md',
  IPM011: 'ipm/ipm011-aws-pool-empty.md',
  IPM012: 'ipm/ipm012-weave-peer-gone.md',
  IPM013: 'ipm/ipm013-pods-recreated-too-fast.md',
  IPM014: 'ipm/ipm014-allocations-without-pod.md',
  IPM015: 'ipm/ipm015-weave-owns-dead-addresses.md',
  NET001: 'net/net001-node-unreachable-from-node.md',
  NET002: 'net/net002-pod-path-between-nodes.md',
  NET003: 'net/net003-service-not-reached.md',
  NET004: 'net/net004-outside-not-reached.md',
  NET005: 'net/net005-large-packets-vanish.md',
  NOD001: 'nod/nod001-node-not-ready.md',
  NOD002: 'nod/nod002-node-address-wrong.md',
  NOD003: 'nod/nod003-kubelet-unreachable.md',
  NOD004: 'nod/nod004-api-unreachable-from-node.md',
  NOD005: 'nod/nod005-proxy-catches-cluster-traffic.md',
  NOD006: 'nod/nod006-runtime-loads-no-cni.md',
  NOD007: 'nod/nod007-versions-out-of-skew.md',
  NOD008: 'nod/nod008-certificate-refused.md',
  NOD009: 'nod/nod009-required-port-blocked-or-taken.md',
  NOD010: 'nod/nod010-cloud-subnet-full.md',
  NOD011: 'nod/nod011-runtime-silent.md',
  POD001: 'pod/pod001-sandbox-fails-network.md',
  POD002: 'pod/pod002-sandbox-fails-otherwise.md',
  POD003: 'pod/pod003-waits-without-address.md',
  POD004: 'pod/pod004-stuck-terminating.md',
  POD005: 'pod/pod005-network-components-restart.md',
  POD006: 'pod/pod006-host-port-taken.md',
  POL001: 'pol/pol001-policies-not-enforced.md',
  POL002: 'pol/pol002-dns-blocked.md',
  POL003: 'pol/pol003-policy-without-effect.md',
  POL004: 'pol/pol004-path-denied.md',
  POL005: 'pol/pol005-engine-contradicts-specification.md',
  PRX001: 'prx/prx001-kube-proxy-not-running.md',
  PRX002: 'prx/prx002-configuration-file-missing.md',
  PRX003: 'prx/prx003-configuration-not-understood.md',
  PRX004: 'prx/prx004-hostname-unknown.md',
  PRX005: 'prx/prx005-service-rules-missing.md',
  PRX006: 'prx/prx006-service-rules-stale.md',
  PRX007: 'prx/prx007-rules-not-written.md',
  PRX008: 'prx/prx008-health-port-taken.md',
  PRX009: 'prx/prx009-cluster-range-wrong.md',
  PRX010: 'prx/prx010-other-mode-than-configured.md',
  PRX011: 'prx/prx011-api-not-reached.md',
  PRX012: 'prx/prx012-two-service-proxies.md',
  RTE001: 'rte/rte001-no-route-to-pods.md',
  RTE002: 'rte/rte002-route-leads-elsewhere.md',
  RTE003: 'rte/rte003-overlapping-ranges.md',
  RTE004: 'rte/rte004-packets-too-large.md',
  RTE005: 'rte/rte005-cloud-routes-fail.md',
  RTE006: 'rte/rte006-overlay-device-missing.md',
  RTE007: 'rte/rte007-overlay-peer-unknown.md',
  RTE008: 'rte/rte008-pod-traffic-caught.md',
  RTE009: 'rte/rte009-node-without-pod-range.md',
  RTE010: 'rte/rte010-same-overlay-endpoint.md',
  RTE011: 'rte/rte011-pod-routes-leave-cluster.md',
  SVC001: 'svc/svc001-selector-matches-no-pod.md',
  SVC002: 'svc/svc002-no-ready-endpoint.md',
  SVC003: 'svc/svc003-target-port-not-served.md',
  SVC004: 'svc/svc004-node-port-conflict.md',
  SVC005: 'svc/svc005-local-policy-without-endpoint.md',
  SVC006: 'svc/svc006-endpoints-by-hand-wrong.md',
  SVC007: 'svc/svc007-api-service-leads-astray.md',
  SVC008: 'svc/svc008-not-reachable-from-here.md',
  SVC009: 'svc/svc009-nobody-keeps-endpoints.md',
  SVC010: 'svc/svc010-external-address-taken.md',
  SYS001: 'sys/sys001-ip-forwarding-off.md',
  SYS002: 'sys/sys002-bridge-netfilter-off.md',
  SYS003: 'sys/sys003-br-netfilter-missing.md',
  SYS004: 'sys/sys004-ipv6-off.md',
  SYS005: 'sys/sys005-reverse-path-filter-strict.md',
  SYS006: 'sys/sys006-neighbour-table-full.md',
  SYS007: 'sys/sys007-node-ports-among-ephemeral-ports.md',
  SYS008: 'sys/sys008-kernel-with-insertion-race.md',
  SYS009: 'sys/sys009-kernel-names-network-fault.md',
  SYS010: 'sys/sys010-setting-differs.md',
  SYS011: 'sys/sys011-tunnel-checksum-broken.md',
  SYS012: 'sys/sys012-resources-exhausted.md',
  SYS013: 'sys/sys013-ipv6-default-route-lost.md',
}
