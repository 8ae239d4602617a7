import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { conflist } from '../node/cni-files.ts'
import type { ClusterNode } from '../node/node.ts'
import { network } from '../plan/plan.ts'
import type { Breaker } from './breaker.ts'
import { setSettings } from './settings.ts'

/** The node forwards no packets. */
export const ipForwardOff: Breaker = node => setSettings(node, { 'net/ipv4/ip_forward': '0' })

/** Packets between pods on one bridge bypass the packet filter. */
export const bridgeNfOff: Breaker = node => setSettings(node, { 'net/bridge/bridge-nf-call-iptables': '0' })

/** Hairpin mode is off on all bridge ports, and the configuration does not request it. */
export const hairpinOff: Breaker = async node => {
  const file = join(node.machine.root, 'etc/cni/net.d', network.configFile)
  const before = await readFile(file, 'utf8')
  await writeFile(file, conflist(node.plan, { hairpin: false }))
  await setHairpin(node, '0')
  return async () => {
    await writeFile(file, before)
    await setHairpin(node, '1')
  }
}

async function setHairpin({ machine, plan }: ClusterNode, value: '0' | '1'): Promise<void> {
  const cables = plan.pods.flatMap(({ cable }) => (cable === null ? [] : [cable]))
  for (const cable of cables) {
    const file = `sys/class/net/${cable}/brport/hairpin_mode`
    if (machine.isReal) await machine.run(`echo ${value} > ${machine.root}/${file}`)
    else {
      await writeFile(join(machine.root, file), `${value}\n`)
      await writeFile(join(machine.root, `sys/class/net/${network.bridge}/brif/${cable}/hairpin_mode`), `${value}\n`)
    }
  }
}

/**
 * Connection tracking is full. The kernel has one limit for all namespaces, which is this machine's own and is left
 * alone; where the node is real its two files are covered instead.
 */
export const conntrackFull: Breaker = async node => {
  const { machine } = node
  const folder = 'proc/sys/net/netfilter'
  if (!machine.isReal) return setSettings(node, { 'net/netfilter/nf_conntrack_count': '131072' })
  const cover = (name: string) =>
    `echo 131072 > ${machine.root}/tmp/${name}; mount --bind ${machine.root}/tmp/${name} ${machine.root}/${folder}/${name}`
  const names = ['nf_conntrack_count', 'nf_conntrack_max']
  await machine.run(names.map(cover).join('\n'))
  return async () => void (await machine.run(names.map(name => `umount ${machine.root}/${folder}/${name}`).join('\n')))
}
