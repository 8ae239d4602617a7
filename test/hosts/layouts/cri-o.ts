import { json, type Layout, network, programs, reservations, running } from './layout.ts'

const subnet = '10.85.0'

/** CRI-O with its sample network and directories by drop-in. */
export const crio: Layout = {
  name: 'cri-o',
  base: null,
  files: () => ({
    '/etc/hostname': 'node1\n',
    '/etc/os-release': 'NAME="Fedora Linux"\nID=fedora\nVERSION_ID=42\n',
    '/etc/resolv.conf': 'nameserver 192.0.2.53\n',
    '/etc/crio/crio.conf': '[crio.runtime]\ndefault_runtime = "crun"\n',
    '/etc/crio/crio.conf.d/10-network.conf':
      '[crio.network]\nnetwork_dir = "/etc/cni/net.d/"\nplugin_dirs = ["/opt/cni/bin/", "/usr/libexec/cni/"]\n',
    '/etc/cni/net.d/11-crio-ipv4-bridge.conflist': json({
      cniVersion: '1.0.0',
      name: 'crio',
      plugins: [
        {
          type: 'bridge',
          bridge: 'cni0',
          isGateway: true,
          ipMasq: true,
          hairpinMode: true,
          ipam: { type: 'host-local', routes: [{ dst: '0.0.0.0/0' }], ranges: [[{ subnet: `${subnet}.0/16` }]] },
        },
      ],
    }),
    ...programs('/usr/libexec/cni', 'bridge', 'host-local', 'loopback'),
    '/var/lib/kubelet/config.yaml':
      'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\ncontainerRuntimeEndpoint: unix:///var/run/crio/crio.sock\n',
    '/var/run': { link: '/run' },
    ...reservations('/var/lib/cni/networks/crio', subnet, 2, 3, 9),
  }),
  processes: [
    ['/usr/bin/crio'],
    ['/usr/bin/kubelet', '--config=/var/lib/kubelet/config.yaml', '--resolv-conf=/etc/resolv.conf'],
  ],
  setup: network({ bridge: 'cni0', subnet, ports: 2 }),
  runtime: { socket: '/run/crio/crio.sock', name: 'cri-o', version: '1.33.0', cni: null, sandboxes: running(2, 3) },
}
