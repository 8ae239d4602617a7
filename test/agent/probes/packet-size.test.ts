import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { parseAnswers, targetsVariable } from '../../../agent/probes/handover.ts'
import { makeNamespace, type Namespace } from '../../support/namespace.ts'
import { dnsTarget } from '../../support/probe-objects.ts'
import { needs } from '../../support/requirements.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const server = '198.51.100.2'

describe.runIf(needs('probes of packet sizes', 'root', 'network namespaces', 'iproute2', 'iptables'))(
  'over a router whose way on takes so many bytes',
  () => {
    test('1300, and says nothing: a short question is answered and a large one is not', async () => {
      const { asker, router } = await joinNamespaces(1300)
      router.run('iptables -A OUTPUT -p icmp --icmp-type fragmentation-needed -j DROP')
      const [small, large] = await askBothSizes(asker)
      expect(small).toMatchObject({ outcome: 'connected', dns: { rcode: 0 } })
      expect(large).toMatchObject({ outcome: 'timed-out', tries: 2 })
      expect(router.run('iptables -L OUTPUT -nvx')).toMatch(/^\s+[1-9]\d* .*DROP/m)
    })

    test('1300, and tells it: both are answered', async () => {
      const { asker } = await joinNamespaces(1300)
      expect(await askBothSizes(asker)).toMatchObject([{ outcome: 'connected' }, { outcome: 'connected' }])
    })

    test('1500: both are answered', async () => {
      const { asker, router } = await joinNamespaces(1500)
      router.run('iptables -A OUTPUT -p icmp --icmp-type fragmentation-needed -j DROP')
      expect(await askBothSizes(asker)).toMatchObject([{ outcome: 'connected' }, { outcome: 'connected' }])
    })
  },
)

interface Scene {
  readonly asker: Namespace
  readonly router: Namespace
}

/** Asker, router and a DNS server; only the router's device towards the server has the MTU. */
async function joinNamespaces(mtu: number): Promise<Scene> {
  const [asker, router, other] = [makeNamespace(), makeNamespace(), makeNamespace()]
  router.run(`
    echo 1 > /proc/sys/net/ipv4/ip_forward
    ip link add west type veth peer name eth0 netns ${asker.name}
    ip link add east type veth peer name eth0 netns ${other.name}
    ip addr add 192.0.2.1/24 dev west; ip addr add 198.51.100.1/24 dev east
    ip link set east mtu ${mtu}; ip link set west up; ip link set east up`)
  asker.run('ip addr add 192.0.2.2/24 dev eth0; ip link set eth0 up; ip route add default via 192.0.2.1')
  other.run(`ip addr add ${server}/24 dev eth0; ip link set eth0 up; ip route add default via 198.51.100.1`)
  // Otherwise the sender itself may look for the size that passes.
  asker.run('echo 0 > /proc/sys/net/ipv4/tcp_mtu_probing')
  const child = spawn('ip', ['netns', 'exec', other.name, process.execPath, '-e', dnsServer], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return { asker, router }
}

/** Answers a question over TCP once all of it has come. */
const dnsServer = `
  require('node:net').createServer(socket => {
    let received = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', block => {
      received = Buffer.concat([received, block])
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return
      socket.write(Buffer.from([0, 12, received[2], received[3], 0x81, 0x80, 0, 0, 0, 1, 0, 0, 0, 0]))
    })
  }).listen(53, '${server}', () => console.log('ready'))`

/** With the agent's own second run, in the namespace. */
async function askBothSizes(asker: Namespace) {
  const targets = (['dns-tcp', 'dns-tcp-large'] as const).map(kind => dnsTarget({ kind, address: server }))
  const folder = await temporaryFolder()
  writeFileSync(join(folder, 'targets.json'), JSON.stringify(targets))
  const printed = asker.run(
    `${targetsVariable}="$(cat ${folder}/targets.json)" ${process.execPath} ${inject('programs').agent}`,
  )
  return parseAnswers(printed, targets.length) ?? []
}
