import { describe, expect, test } from 'vitest'
import { clock } from '../../../shared/node/clock.ts'
import { cniDaemons } from '../../../shared/node/cni-daemons.ts'
import { firewallServices } from '../../../shared/node/firewall-services.ts'
import { hostLogs } from '../../../shared/node/host-logs.ts'
import { kernelLog } from '../../../shared/node/kernel-log.ts'
import { security } from '../../../shared/node/security.ts'
import { sockets } from '../../../shared/node/sockets.ts'
import { unavailable } from '../../../shared/reading.ts'
import { collect, given, reasonOf } from '../../support/collect.ts'
import { init, processFiles } from '../../support/process-files.ts'

const denied = unavailable('denied', 'no')

describe('listeners', () => {
  const header = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
  const row = (port: string, inode: number) =>
    `   1: 00000000:${port} 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0 100 0 0 10 0\n`
  const files = {
    ...init,
    ...processFiles(200, 'kubelet'),
    '/proc/net/tcp': header + row('2808', 71) + row('7581', 72) + row('0016', 73),
    '/proc/net/udp': header,
    '/proc/1/fd/3': { link: '/dev/null' },
    '/proc/200/fd/19': { link: 'socket:[71]' },
    '/proc/300/comm': 'socat\n',
    '/proc/300/fd/5': { link: 'socket:[72]' },
  }

  test('with their owners, also those that are no program of Kubernetes', async () => {
    const value = given(await collect(sockets, { files }))
    expect(value.complete).toBe(true)
    expect(value.listeners.map(({ port, owner }) => [port, owner])).toEqual([
      [10248, { status: 'ok', value: { pid: 200, name: 'kubelet' } }],
      [30081, { status: 'ok', value: { pid: 300, name: 'socat' } }],
      [22, { status: 'unavailable', reason: 'missing', detail: 'no process of the host holds it' }],
    ])
  })

  test('whose owners cannot be seen are listeners all the same', async () => {
    const value = given(await collect(sockets, { files: { ...files, '/proc/1/fd': denied } }))
    expect(value.listeners.map(({ owner }) => reasonOf(owner))).toEqual(['ok', 'ok', 'denied'])
  })

  test('are unread with any of the tables', async () => {
    expect(reasonOf(await collect(sockets, { files: { ...files, '/proc/net/udp': denied } }))).toBe('denied')
    expect(reasonOf(await collect(sockets, { files: { ...files, '/proc/net/tcp6': 'x' } }))).toBe('malformed')
  })

  test('of a table that is too long are those of its beginning', async () => {
    const long = header + row('2808', 71).repeat(60_000)
    const value = given(await collect(sockets, { files: { ...files, '/proc/net/tcp': long } }))
    expect([value.listeners.length, value.complete]).toEqual([8192, false])
  })
})

describe('logs', () => {
  const line = '2026-11-21T01:50:12+0000 n kubelet[1]: E1121 01:50:12.6  1 k.go:1] "x"\n'

  test('of a journal; its places that are not there are missing', async () => {
    const files = { '/var/log/syslog': line, '/var/log/calico/cni/cni.log': '2026-11-21 01:50:12.118 [ERROR][7] x\n' }
    const commands = { 'journal-kubelet': line, 'journal-containerd': '-- No entries --\n' }
    const { logs } = given(await collect(hostLogs, { files, commands }))
    const find = (name: string) => logs.find(({ source }) => source === name)
    expect(find('journal-kubelet')).toMatchObject({
      component: 'kubelet',
      entries: { status: 'ok', value: [{ time: '2026-11-21T01:50:12.000Z', level: 'error', program: 'kubelet' }] },
    })
    expect(find('journal-containerd')?.entries).toEqual({ status: 'ok', value: [] })
    expect(find('journal-k3s')?.entries).toMatchObject({
      reason: 'missing',
      detail: '/var/lib/rancher/k3s does not exist',
    })
    expect(find('/var/log/calico/cni/cni.log')).toMatchObject({
      component: 'cni',
      entries: { value: [{ level: 'error' }] },
    })
    expect(find('/var/log/syslog')).toBeUndefined()
  })

  test('of the system, by program, where there is no journal', async () => {
    const other = 'Nov 21 01:50:12 n sshd[3]: x\n'
    const none = { exitCode: 1, stderr: 'No journal files were found.\n' }
    const commands = { 'journal-kubelet': none, 'journal-containerd': none }
    const { logs } = given(await collect(hostLogs, { files: { '/var/log/syslog': line + other }, commands }))
    const ofSystem = logs.filter(({ source }) => source === '/var/log/syslog')
    expect(ofSystem.map(({ component, entries }) => [component, given(entries).length])).toEqual([
      ['kubelet', 1],
      ['runtime', 0],
      ['kube-proxy', 0],
    ])
  })

  test('of units of which none has logged are empty, of a journal that fails they are unread', async () => {
    const files = { '/home/kubernetes/bin': { dir: true } } as const
    const commands = {
      'journal-health-monitor': { exitCode: 1, stderr: 'Failed to add filter for units: No data available\n' },
      'journal-containerd': { exitCode: 1, stderr: 'Failed to open journal\n' },
    }
    const { logs } = given(await collect(hostLogs, { files, commands }))
    const entriesOf = (name: string) => logs.find(({ source }) => source === name)?.entries
    expect(entriesOf('journal-health-monitor')).toEqual({ status: 'ok', value: [] })
    expect(entriesOf('journal-containerd')).toMatchObject({ reason: 'failed' })
  })

  test('are where a program writes what it prints, where there is no journal; a pod is another place', async () => {
    const path = '/var/log/own/kubelet.out'
    const pod = '1:cpu:/kubepods/pod3f0a5b0e-3a0f-4b53-9a3a-0f2b5d1c7e11/1\n'
    const files = {
      ...init,
      ...processFiles(200, 'kubelet'),
      ...processFiles(300, 'kubelet'),
      ...processFiles(400, 'containerd'),
      [path]: 'E1121 01:50:12.000000 1 x.go:1] bad\n',
      '/proc/200/fd/1': { link: path },
      '/proc/200/fd/2': { link: path },
      '/proc/300/cgroup': pod,
      '/proc/300/fd/1': { link: '/var/log/inside' },
      '/proc/400/fd/1': { link: 'pipe:[71]' },
      '/proc/400/fd/2': { link: '/etc/shadow' },
    }
    const { logs } = given(await collect(hostLogs, { files }))
    const read = logs.filter(({ entries }) => entries.status === 'ok')
    expect(read).toMatchObject([{ component: 'kubelet', source: path, entries: { value: [{ level: 'error' }] } }])
    expect(logs.map(({ source }) => source)).not.toContain('/var/log/inside')
    const withJournal = given(await collect(hostLogs, { files, commands: { 'journal-kubelet': line } }))
    expect(withJournal.logs.some(({ source }) => source === path)).toBe(false)
  })

  test('of a large file are its end, from a whole line on', async () => {
    const text = Array.from({ length: 40_000 }, (_, index) => `line ${index}`).join('\n')
    const { logs } = given(await collect(hostLogs, { files: { '/var/log/kube-proxy.log': text } }))
    const entries = given(logs.find(({ source }) => source === '/var/log/kube-proxy.log')?.entries ?? denied)
    expect(entries.at(-1)?.message).toBe('line 39999')
    expect(entries.every(({ message }) => /^line \d+$/.test(message))).toBe(true)
  })

  test('that nobody may read are unread', async () => {
    const paths = ['/var/log/syslog', '/var/log/messages', '/var/log/kubelet.log']
    const files = Object.fromEntries(paths.map(path => [path, denied]))
    expect(reasonOf(await collect(hostLogs, { files }))).toBe('denied')
  })
})

describe('the log of the kernel', () => {
  test('by dmesg, with the time of its reading', async () => {
    const value = given(
      await collect(kernelLog, { files: { '/proc/uptime': '77.5 1.0\n' }, commands: { dmesg: '<6>[ 1.5] up\n' } }),
    )
    expect(value).toEqual({
      source: 'dmesg',
      uptimeSeconds: 77.5,
      entries: [{ secondsSinceBoot: 1.5, time: null, level: 6, message: 'up' }],
    })
  })

  test('by a journal or a file where dmesg is not allowed', async () => {
    const dmesg = { exitCode: 1, stderr: 'dmesg: read kernel buffer failed: Operation not permitted\n' }
    const journal = { dmesg, 'journal-kernel': '2026-11-21T01:40:02+0000 n kernel: up\n' }
    expect(given(await collect(kernelLog, { commands: journal })).source).toBe('journal-kernel')
    const files = { '/var/log/kern.log': 'Nov 21 01:40:02 n kernel: [ 1.5] up\n' }
    expect(given(await collect(kernelLog, { files, commands: { dmesg } })).source).toBe('/var/log/kern.log')
    expect(reasonOf(await collect(kernelLog, { commands: { dmesg } }))).toBe('denied')
    expect(reasonOf(await collect(kernelLog, { commands: { dmesg: 'Usage\n' } }))).toBe('malformed')
  })
})

describe('mandatory access control', () => {
  test('in force, with what it refused', async () => {
    const audit = 'type=AVC msg=audit(1612345678.1:4): avc:  denied  { read } for comm="x" permissive=1\n'
    const files = { '/sys/fs/selinux/enforce': '1', '/var/log/audit/audit.log': audit }
    const value = given(await collect(security, { files }))
    expect(value.selinux).toEqual({ status: 'ok', value: { enforcing: true } })
    expect(reasonOf(value.apparmor)).toBe('missing')
    expect(given(value.denials)).toMatchObject([{ module: 'selinux', operation: 'read', permissive: true }])
  })

  test('by the log of the kernel where nobody audits', async () => {
    const commands = { dmesg: '<5>[ 1.5] audit: type=1400 audit(1.5:1): apparmor="DENIED" operation="open"\n' }
    const files = { '/sys/module/apparmor/parameters/enabled': 'Y\n' }
    const value = given(await collect(security, { files, commands }))
    expect(given(value.apparmor)).toEqual({ enabled: true })
    expect(given(value.denials)).toMatchObject([{ module: 'apparmor', operation: 'open' }])
  })

  test('without any log of it, denials are not known', async () => {
    const value = given(await collect(security, { files: { '/var/log/audit/audit.log': denied } }))
    expect(reasonOf(value.denials)).toBe('denied')
  })
})

describe('firewalls of distributions', () => {
  test('that are not installed', async () => {
    const value = given(await collect(firewallServices, { files: init }))
    expect([value.firewalld, value.ufw].map(reasonOf)).toEqual(['missing', 'missing'])
  })

  test('that run, with what they do to forwarded packets', async () => {
    const files = {
      ...init,
      ...processFiles(30, 'firewalld'),
      '/etc/firewalld/firewalld.conf': 'DefaultZone=public\nFirewallBackend=nftables\n',
      '/etc/ufw/ufw.conf': 'ENABLED=yes\nLOGLEVEL=low\n',
      '/etc/default/ufw': 'DEFAULT_FORWARD_POLICY="DROP"\n',
    }
    expect(given(await collect(firewallServices, { files }))).toEqual({
      firewalld: { status: 'ok', value: { running: true, backend: 'nftables', defaultZone: 'public' } },
      ufw: { status: 'ok', value: { enabled: true, forwardPolicy: 'DROP' } },
    })
  })

  test('that are installed and do not run; whose state is unread', async () => {
    const files = { ...init, '/etc/firewalld/firewalld.conf': '', '/etc/ufw/ufw.conf': 'ENABLED=no\n' }
    const value = given(await collect(firewallServices, { files }))
    expect(given(value.firewalld)).toEqual({ running: false, backend: null, defaultZone: null })
    expect(given(value.ufw)).toEqual({ enabled: false, forwardPolicy: null })
    const unread = { '/proc': denied, '/run/firewalld.pid': denied, '/etc/ufw/ufw.conf': denied }
    expect(reasonOf(await collect(firewallServices, { files: unread }))).toBe('denied')
  })
})

describe('the clock', () => {
  const files = {
    '/proc/stat': 'cpu 1 2\nbtime 1700000000\nprocesses 4\n',
    '/proc/uptime': '1000.25 4.0\n',
    '/sys/class/rtc/rtc0/since_epoch': '1700001001\n',
    '/run/systemd/timesync/synchronized': '',
  }

  test('of the kernel, the hardware and who keeps it', async () => {
    expect(given(await collect(clock, { files }))).toEqual({
      kernelMs: { status: 'ok', value: 1_700_001_000_250 },
      readMs: 0,
      hardwareMs: { status: 'ok', value: 1_700_001_001_000 },
      timesyncd: { status: 'ok', value: 'synchronized' },
    })
  })

  test('that is garbled or unread', async () => {
    expect(reasonOf(given(await collect(clock, { files: { ...files, '/proc/stat': 'cpu' } })).kernelMs)).toBe(
      'malformed',
    )
    const unread = Object.fromEntries(Object.keys(files).map(path => [path, denied]))
    expect(reasonOf(await collect(clock, { files: unread }))).toBe('denied')
  })
})

describe('what CNI daemons leave on the host', () => {
  test('flannel, Calico and sockets', async () => {
    const files = {
      '/run/flannel/subnet.env':
        'FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=10.244.1.1/24\nFLANNEL_IPV6_SUBNET=fd00:1::1/64\nFLANNEL_MTU=1450\nFLANNEL_IPMASQ=true\n',
      '/var/lib/calico/nodename': 'worker-1',
      '/var/lib/calico/mtu': '1450\n',
      '/var/run/cilium/cilium.sock': { socket: true },
    } as const
    const value = given(await collect(cniDaemons, { files }))
    expect(given(value.flannel)).toEqual({
      networks: ['10.244.0.0/16'],
      subnets: ['10.244.1.1/24', 'fd00:1::1/64'],
      mtu: 1450,
      masquerade: true,
    })
    expect([given(value.calicoNodeName), given(value.calicoMtu)]).toEqual(['worker-1', 1450])
    expect(value.sockets['/var/run/cilium/cilium.sock']).toEqual({ status: 'ok', value: 'socket' })
    expect(reasonOf(value.sockets['/run/multus/multus.sock'] ?? denied)).toBe('missing')
  })

  test('nothing, or a file that says nothing', async () => {
    expect(reasonOf(given(await collect(cniDaemons, {})).flannel)).toBe('missing')
    const files = { '/run/flannel/subnet.env': 'FLANNEL_MTU=x\n' }
    expect(reasonOf(given(await collect(cniDaemons, { files })).flannel)).toBe('malformed')
  })
})
