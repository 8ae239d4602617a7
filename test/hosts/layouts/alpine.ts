import { json, type Layout, network, programs, reservations, running } from './layout.ts'

const subnet = '10.244.2'

const syslogTime = (now: Date): string =>
  now.toUTCString().replace(/^\w+, (\d\d) (\w+) \d+ ([\d:]+) GMT$/, (_, day, month, time) => `${month} ${day} ${time}`)

const failure =
  'E1121 pod_workers.go:1301] "Error syncing pod, skipping" err="failed to setup network for sandbox: plugin type=\\"bridge\\" failed (add): no IP addresses available in range set"'

/** musl, busybox for all programs, syslog in a file, no packet filter programs. */
export const alpine: Layout = {
  name: 'alpine-busybox',
  base: 'busybox',
  files: now => ({
    '/etc/hostname': 'node1\n',
    '/etc/os-release': 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.22.0\nPRETTY_NAME="Alpine Linux v3.22"\n',
    '/lib/ld-musl-x86_64.so.1': { program: true },
    '/etc/resolv.conf': 'nameserver 192.0.2.53\n',
    '/var/log/messages': `${syslogTime(now)} node1 daemon.err kubelet[2211]: ${failure}\n`,
    '/etc/cni/net.d/10-flannel.conflist': json({
      name: 'cbr0',
      cniVersion: '0.3.1',
      plugins: [
        { type: 'flannel', delegate: { hairpinMode: true, isDefaultGateway: true } },
        { type: 'portmap', capabilities: { portMappings: true } },
      ],
    }),
    '/run/flannel/subnet.env': `FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=${subnet}.1/24\nFLANNEL_MTU=1450\nFLANNEL_IPMASQ=true\n`,
    ...programs('/opt/cni/bin', 'flannel', 'bridge', 'host-local', 'portmap', 'loopback'),
    ...reservations('/var/lib/cni/networks/cbr0', subnet, 2, 3),
  }),
  processes: [
    ['/usr/bin/containerd', '--config', '/etc/containerd/config.toml'],
    ['/usr/bin/kubelet', '--container-runtime-endpoint=unix:///run/containerd/containerd.sock', '--hairpin-mode=none'],
    ['/opt/bin/flanneld', '--ip-masq', '--kube-subnet-mgr'],
  ],
  setup: network({ bridge: 'cni0', subnet, ports: 2 }),
  runtime: {
    socket: '/run/containerd/containerd.sock',
    name: 'containerd',
    version: 'v2.0.5',
    cni: { config: '/etc/cni/net.d', binaries: ['/opt/cni/bin'] },
    sandboxes: running(2, 3),
  },
}
