import { json, type Layout, network, reservations, running } from './layout.ts'

const subnet = '10.244.1'

const conflist = {
  cniVersion: '1.0.0',
  name: 'podnet',
  plugins: [
    {
      type: 'bridge',
      bridge: 'cni0',
      isGateway: true,
      isDefaultGateway: true,
      hairpinMode: true,
      ipam: { type: 'host-local', ranges: [[{ subnet: `${subnet}.0/24` }]] },
    },
    { type: 'portmap', capabilities: { portMappings: true } },
  ],
}

const kubeletConfig = `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
clusterDNS: [10.96.0.10]
clusterDomain: cluster.local
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
resolvConf: /etc/resolv.conf
maxPods: 110
`

/** A kubeadm node on a Debian root with Debian's own plugins and programs. */
const debian = (base: 'bookworm' | 'trixie', rules: string): Layout => ({
  name: `debian-${base}`,
  base,
  files: () => ({
    '/etc/hostname': 'node1\n',
    '/etc/resolv.conf': 'nameserver 192.0.2.53\nsearch example.test\noptions ndots:2\n',
    '/etc/cni/net.d/10-podnet.conflist': json(conflist),
    '/opt/cni/bin': { link: '/usr/lib/cni' },
    '/var/lib/kubelet/config.yaml': kubeletConfig,
    ...reservations('/var/lib/cni/networks/podnet', subnet, 2, 3, 4),
  }),
  processes: [
    ['/usr/bin/containerd'],
    ['/usr/bin/kubelet', '--config=/var/lib/kubelet/config.yaml', '--node-ip=192.0.2.11'],
    ['/usr/local/bin/kube-proxy', '--config=/var/lib/kube-proxy/config.conf'],
  ],
  setup: `${network({ bridge: 'cni0', subnet, ports: 2 })}
${rules}`,
  runtime: {
    socket: '/run/containerd/containerd.sock',
    name: 'containerd',
    version: 'v2.1.4',
    cni: { config: '/etc/cni/net.d', binaries: ['/opt/cni/bin'] },
    sandboxes: running(2, 3),
  },
})

/** Rules in both backends, as after switching the alternative. */
const iptables = `
chroot $ROOT iptables-legacy-restore <<'RULES'
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -i docker0 -j ACCEPT
COMMIT
RULES
chroot $ROOT iptables-nft-restore <<'RULES'
*nat
:PREROUTING ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:KUBE-SERVICES - [0:0]
:KUBE-SVC-NPX46M4PTMTKRN6Y - [0:0]
:KUBE-MARK-MASQ - [0:0]
-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m comment --comment "default/kubernetes:https cluster IP" -m tcp --dport 443 -j KUBE-SVC-NPX46M4PTMTKRN6Y
-A KUBE-SVC-NPX46M4PTMTKRN6Y ! -s 10.244.0.0/16 -d 10.96.0.1/32 -p tcp -m tcp --dport 443 -j KUBE-MARK-MASQ
-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
COMMIT
RULES`

const nftables = `
chroot $ROOT nft -f - <<'RULES'
table ip kube-proxy {
  chain services { ip daddr 10.96.0.1 tcp dport 443 drop comment "default/kubernetes:https" ; }
  chain nat-prerouting { type nat hook prerouting priority dstnat; policy accept; }
}
RULES
ip rule add from 10.244.1.0/24 lookup 100 priority 1000
ip route add default via 192.0.2.1 table 100`

export const debianBookworm = debian('bookworm', iptables)
export const debianTrixie = debian('trixie', nftables)
