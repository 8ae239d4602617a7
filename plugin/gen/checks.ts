// Made by `npm run generate` from the folder listing. Do not edit.
import type { AnyCheck } from '../engine/check.ts'
import api001 from '../checks/api/api001-api-server-not-healthy.ts'
import cni001 from '../checks/cni/cni001-configuration-missing.ts'
import cni002 from '../checks/cni/cni002-configuration-broken.ts'
import cni003 from '../checks/cni/cni003-plugin-binary-missing.ts'
import cni004 from '../checks/cni/cni004-wrong-configuration-wins.ts'
import cni007 from '../checks/cni/cni007-daemon-not-running.ts'
import ctk001 from '../checks/ctk/ctk001-connection-table-full.ts'
import ctk002 from '../checks/ctk/ctk002-insertions-fail.ts'
import hpn001 from '../checks/hpn/hpn001-hairpin-off.ts'
import ipm001 from '../checks/ipm/ipm001-addresses-leaked.ts'
import ipm002 from '../checks/ipm/ipm002-range-exhausted.ts'
import ipm003 from '../checks/ipm/ipm003-range-nearly-exhausted.ts'
import nod001 from '../checks/nod/nod001-node-not-ready.ts'
import nod002 from '../checks/nod/nod002-node-address-wrong.ts'
import nod003 from '../checks/nod/nod003-kubelet-unreachable.ts'
import nod004 from '../checks/nod/nod004-api-unreachable-from-node.ts'
import nod005 from '../checks/nod/nod005-proxy-catches-cluster-traffic.ts'
import nod006 from '../checks/nod/nod006-runtime-loads-no-cni.ts'
import nod008 from '../checks/nod/nod008-certificate-refused.ts'
import nod011 from '../checks/nod/nod011-runtime-silent.ts'
import pod001 from '../checks/pod/pod001-sandbox-fails-network.ts'
import pod002 from '../checks/pod/pod002-sandbox-fails-otherwise.ts'
import pod003 from '../checks/pod/pod003-waits-without-address.ts'
import pod004 from '../checks/pod/pod004-stuck-terminating.ts'
import pod005 from '../checks/pod/pod005-network-components-restart.ts'
import prx001 from '../checks/prx/prx001-kube-proxy-not-running.ts'
import sys001 from '../checks/sys/sys001-ip-forwarding-off.ts'
import sys002 from '../checks/sys/sys002-bridge-netfilter-off.ts'
import sys003 from '../checks/sys/sys003-br-netfilter-missing.ts'
import sys004 from '../checks/sys/sys004-ipv6-off.ts'
import sys005 from '../checks/sys/sys005-reverse-path-filter-strict.ts'
import sys006 from '../checks/sys/sys006-neighbour-table-full.ts'
import sys007 from '../checks/sys/sys007-node-ports-among-ephemeral-ports.ts'
import sys008 from '../checks/sys/sys008-kernel-with-insertion-race.ts'
import sys009 from '../checks/sys/sys009-kernel-names-network-fault.ts'
import sys011 from '../checks/sys/sys011-tunnel-checksum-broken.ts'
import sys012 from '../checks/sys/sys012-resources-exhausted.ts'
import sys013 from '../checks/sys/sys013-ipv6-default-route-lost.ts'

export const checks: readonly AnyCheck[] = [api001, cni001, cni002, cni003, cni004, cni007, ctk001, ctk002, hpn001, ipm001, ipm002, ipm003, nod001, nod002, nod003, nod004, nod005, nod006, nod008, nod011, pod001, pod002, pod003, pod004, pod005, prx001, sys001, sys002, sys003, sys004, sys005, sys006, sys007, sys008, sys009, sys011, sys012, sys013]

/** Name of the page of each check, under plugin/checks/. */
export const pages: Readonly<Record<string, string>> = {
  API001: 'api/api001-api-server-not-healthy.md',
  CNI001: 'cni/cni001-configuration-missing.md',
  CNI002: 'cni/cni002-configuration-broken.md',
  CNI003: 'cni/cni003-plugin-binary-missing.md',
  CNI004: 'cni/cni004-wrong-configuration-wins.md',
  CNI007: 'cni/cni007-daemon-not-running.md',
  CTK001: 'ctk/ctk001-connection-table-full.md',
  CTK002: 'ctk/ctk002-insertions-fail.md',
  HPN001: 'hpn/hpn001-hairpin-off.md',
  IPM001: 'ipm/ipm001-addresses-leaked.md',
  IPM002: 'ipm/ipm002-range-exhausted.md',
  IPM003: 'ipm/ipm003-range-nearly-exhausted.md',
  NOD001: 'nod/nod001-node-not-ready.md',
  NOD002: 'nod/nod002-node-address-wrong.md',
  NOD003: 'nod/nod003-kubelet-unreachable.md',
  NOD004: 'nod/nod004-api-unreachable-from-node.md',
  NOD005: 'nod/nod005-proxy-catches-cluster-traffic.md',
  NOD006: 'nod/nod006-runtime-loads-no-cni.md',
  NOD008: 'nod/nod008-certificate-refused.md',
  NOD011: 'nod/nod011-runtime-silent.md',
  POD001: 'pod/pod001-sandbox-fails-network.md',
  POD002: 'pod/pod002-sandbox-fails-otherwise.md',
  POD003: 'pod/pod003-waits-without-address.md',
  POD004: 'pod/pod004-stuck-terminating.md',
  POD005: 'pod/pod005-network-components-restart.md',
  PRX001: 'prx/prx001-kube-proxy-not-running.md',
  SYS001: 'sys/sys001-ip-forwarding-off.md',
  SYS002: 'sys/sys002-bridge-netfilter-off.md',
  SYS003: 'sys/sys003-br-netfilter-missing.md',
  SYS004: 'sys/sys004-ipv6-off.md',
  SYS005: 'sys/sys005-reverse-path-filter-strict.md',
  SYS006: 'sys/sys006-neighbour-table-full.md',
  SYS007: 'sys/sys007-node-ports-among-ephemeral-ports.md',
  SYS008: 'sys/sys008-kernel-with-insertion-race.md',
  SYS009: 'sys/sys009-kernel-names-network-fault.md',
  SYS011: 'sys/sys011-tunnel-checksum-broken.md',
  SYS012: 'sys/sys012-resources-exhausted.md',
  SYS013: 'sys/sys013-ipv6-default-route-lost.md',
}
