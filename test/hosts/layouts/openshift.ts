import { json, type Layout, network, programs, running } from './layout.ts'

/** Multus before OVN-Kubernetes, CRI-O, SELinux that enforces in the configuration. */
export const openshift: Layout = {
  name: 'openshift',
  base: null,
  files: () => ({
    '/etc/hostname': 'node1\n',
    '/etc/os-release': 'NAME="Red Hat Enterprise Linux CoreOS"\nID="rhcos"\nVERSION_ID="4.19"\n',
    '/etc/resolv.conf': 'search example.test\nnameserver 192.0.2.11\nnameserver 192.0.2.53\n',
    '/etc/crio/crio.conf.d/00-default':
      '[crio.network]\nnetwork_dir = "/etc/kubernetes/cni/net.d/"\nplugin_dirs = ["/var/lib/cni/bin", "/usr/libexec/cni"]\n',
    '/etc/kubernetes/cni/net.d/00-multus.conf': json({
      cniVersion: '0.3.1',
      name: 'multus-cni-network',
      type: 'multus-shim',
      logLevel: 'verbose',
      socketDir: '/host/run/multus/socket',
    }),
    '/run/multus/cni/net.d/10-ovn-kubernetes.conf': json({
      cniVersion: '0.4.0',
      name: 'ovn-kubernetes',
      type: 'ovn-k8s-cni-overlay',
      ipam: {},
      dns: {},
      logFile: '/var/log/ovn-kubernetes/ovn-k8s-cni-overlay.log',
      logLevel: '4',
    }),
    ...programs('/var/lib/cni/bin', 'multus-shim', 'ovn-k8s-cni-overlay'),
    ...programs('/usr/libexec/cni', 'loopback', 'host-local', 'bridge'),
    '/etc/kubernetes/kubelet.conf': json({
      apiVersion: 'kubelet.config.k8s.io/v1beta1',
      kind: 'KubeletConfiguration',
      clusterDNS: ['172.30.0.10'],
      containerRuntimeEndpoint: '/var/run/crio/crio.sock',
      maxPods: 250,
    }),
    '/var/run': { link: '/run' },
    '/var/log/ovn-kubernetes/ovn-k8s-cni-overlay.log': '',
  }),
  processes: [
    ['/usr/bin/crio'],
    ['/usr/bin/kubelet', '--config=/etc/kubernetes/kubelet.conf', '--node-ip=192.0.2.11'],
    ['ovs-vswitchd', 'unix:/var/run/openvswitch/db.sock', '--pidfile', '--detach'],
    ['/usr/bin/ovnkube', '--init-ovnkube-controller', 'node1'],
  ],
  setup: network({ bridge: 'br-ex', subnet: '10.128.0', ports: 0 }),
  runtime: { socket: '/run/crio/crio.sock', name: 'cri-o', version: '1.32.4', cni: null, sandboxes: running(2, 3) },
}
