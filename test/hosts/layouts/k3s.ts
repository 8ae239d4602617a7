import { json, type Layout, network, programs, reservations, running } from './layout.ts'

const agent = '/var/lib/rancher/k3s/agent'
const subnet = '10.42.0'

const containerdConfig = `version = 3
root = "${agent}/containerd"
state = "/run/k3s/containerd"

[grpc]
  address = "/run/k3s/containerd/containerd.sock"

[plugins.'io.containerd.cri.v1.runtime'.cni]
  bin_dirs = ["/var/lib/rancher/k3s/data/cni"]
  conf_dir = "${agent}/etc/cni/net.d"
`

/**
 * One program for all of Kubernetes, with its own directories, which are in the runtime's configuration file but not in
 * its status.
 */
export const k3s: Layout = {
  name: 'k3s',
  base: null,
  files: () => ({
    '/etc/hostname': 'node1\n',
    '/etc/os-release': 'NAME="SLE Micro"\nID="sl-micro"\nVERSION_ID="6.1"\n',
    '/etc/resolv.conf': 'nameserver 192.0.2.53\n',
    [`${agent}/etc/containerd/config.toml`]: containerdConfig,
    [`${agent}/etc/cni/net.d/10-flannel.conflist`]: json({
      name: 'cbr0',
      cniVersion: '1.0.0',
      plugins: [
        { type: 'flannel', delegate: { hairpinMode: true, forceAddress: true, isDefaultGateway: true } },
        { type: 'portmap', capabilities: { portMappings: true } },
        { type: 'bandwidth', capabilities: { bandwidth: true } },
      ],
    }),
    ...programs('/var/lib/rancher/k3s/data/cni', 'cni'),
    ...Object.fromEntries(
      ['flannel', 'bridge', 'host-local', 'portmap', 'loopback', 'bandwidth'].map(name => [
        `/var/lib/rancher/k3s/data/cni/${name}`,
        { link: 'cni' },
      ]),
    ),
    [`${agent}/etc/kubelet.conf.d/00-k3s-defaults.conf`]:
      'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nclusterDNS: [10.43.0.10]\nclusterDomain: cluster.local\ncontainerRuntimeEndpoint: unix:///run/k3s/containerd/containerd.sock\n',
    '/run/flannel/subnet.env': `FLANNEL_NETWORK=10.42.0.0/16\nFLANNEL_SUBNET=${subnet}.1/24\nFLANNEL_MTU=1450\nFLANNEL_IPMASQ=true\n`,
    ...reservations('/var/lib/cni/networks/cbr0', subnet, 2, 3),
  }),
  processes: [
    ['/usr/local/bin/k3s-agent', 'agent'],
    ['containerd', '-c', `${agent}/etc/containerd/config.toml`, '-a', '/run/k3s/containerd/containerd.sock'],
  ],
  setup: network({ bridge: 'cni0', subnet, ports: 2 }),
  runtime: {
    socket: '/run/k3s/containerd/containerd.sock',
    name: 'containerd',
    version: 'v2.1.4-k3s1',
    cni: null,
    sandboxes: running(2, 3),
  },
}
