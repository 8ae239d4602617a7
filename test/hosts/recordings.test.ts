import { readdir, readFile, stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { replaySnapshot } from '../../plugin/bundle/replay.ts'
import { openBundle } from '../../plugin/bundle/source.ts'
import { isOk, type Part, valueOr } from '../../shared/reading.ts'
import type { NodeParts } from '../../shared/snapshot.ts'
import { layouts } from './layouts/index.ts'
import { hostsOf, type ReadHost, renderParts } from './parts-table.ts'

const folder = (name: string) => fileURLToPath(new URL(`../bundles/${name}`, import.meta.url))
const replay = async (name: string) => (await replaySnapshot(await openBundle(folder(name)))).nodes

async function partsOf(name: string): Promise<NodeParts> {
  const [node] = await replay(name)
  if (node?.status !== 'read') throw new Error(`${name} holds no node`)
  return node.parts
}

const nodeSchema = z.object({ parts: z.record(z.string(), z.string()) })

/** State of each part when it was recorded; parts added later are absent. */
async function recordedStatuses(name: string): Promise<Readonly<Record<string, string>>> {
  return z.parse(nodeSchema, JSON.parse(await readFile(`${folder(name)}/nodes/node1/node.json`, 'utf8'))).parts
}

const notThere = ['apiserverReach', 'fdb', 'ipsets', 'ipvs', 'kernelLog', 'nft']

/** Parts without a value, by host; all others have one. */
const unread: Readonly<Record<string, readonly string[]>> = {
  'debian-bookworm': ['apiserverReach', 'ipsets', 'ipvs', 'kernelLog'],
  'debian-trixie': ['apiserverReach', 'ipsets', 'ipvs', 'kernelLog'],
  'alpine-busybox': notThere,
  k3s: notThere,
  'cri-o': notThere,
  openshift: notThere,
}

const directories: Readonly<Record<string, readonly [path: string, source: string]>> = {
  'debian-bookworm': ['/etc/cni/net.d', 'runtime'],
  'debian-trixie': ['/etc/cni/net.d', 'runtime'],
  'alpine-busybox': ['/etc/cni/net.d', 'runtime'],
  k3s: ['/var/lib/rancher/k3s/agent/etc/cni/net.d', 'containerd-config'],
  'cri-o': ['/etc/cni/net.d', 'crio-config'],
  openshift: ['/etc/kubernetes/cni/net.d', 'crio-config'],
}

const statusOf = (part: Part<unknown> | undefined) => (part && isOk(part) ? 'read' : part?.reason)

describe.each(layouts.map(layout => ({ layout, name: layout.name })))('$name', ({ layout, name }) => {
  test('every part has its expected status, and the same as when it was recorded', async () => {
    const parts: Readonly<Record<string, Part<unknown>>> = await partsOf(name)
    const recorded = await recordedStatuses(name)
    const replayed = Object.keys(recorded).map(part => [part, statusOf(parts[part])])
    expect(Object.fromEntries(replayed)).toEqual(recorded)
    expect(Object.keys(recorded).length).toBeGreaterThan(40)
    expect(replayed.flatMap(([part = '', status]) => (status === 'read' ? [] : [part])).sort()).toEqual(unread[name])
  })

  test('the runtime, its directory and its pods are those of the layout', async () => {
    const { runtime, sandboxes, cniConfig, cniBinaries } = await partsOf(name)
    const { socket, version } = layout.runtime
    expect(runtime).toMatchObject({ value: { version } })
    expect(JSON.stringify(sandboxes)).toContain('web-3')
    expect(socket).toMatch(/^\/run\//)
    const [path, source] = directories[name] ?? []
    expect(cniConfig).toMatchObject({ value: { directory: { path, source } } })
    expect(cniBinaries).toMatchObject({ status: 'ok' })
  })

  test('its processes, forwarding and devices are what was laid out', async () => {
    const { processes, sysctls, links, bridges, routes } = await partsOf(name)
    expect(processes).toMatchObject({
      value: { processes: layout.processes.map(args => ({ name: args[0]?.split('/').at(-1), args })) },
    })
    expect(JSON.stringify(sysctls)).toContain('"net/ipv4/ip_forward":{"status":"ok","value":"1"}')
    expect(JSON.stringify(links)).toContain('"eth0"')
    expect(JSON.stringify(routes)).toContain('192.0.2.1')
    const names = isOk(bridges) ? bridges.value.bridges.map(bridge => bridge.name) : []
    expect(names).toEqual([name === 'openshift' ? 'br-ex' : 'cni0'])
  })

  test('it is small and says nothing of the machine that recorded it', async () => {
    const files = (await readdir(folder(name), { recursive: true })).map(file => `${folder(name)}/${file}`)
    let size = 0
    for (const file of files) {
      if (!(await stat(file)).isFile()) continue
      const text = await readFile(file, 'latin1')
      size += text.length
      expect(text, file).not.toMatch(/\/tmp\/(?:host|record)-|\/root\/|PRIVATE KEY-----\n/)
    }
    expect(size).toBeLessThan(150_000)
  })
})

test('rules of both kinds are told apart on bookworm, and tables of nftables are read on trixie', async () => {
  const bookworm = await partsOf('debian-bookworm')
  expect(JSON.stringify(bookworm.iptables)).toContain('KUBE-SVC-NPX46M4PTMTKRN6Y')
  expect(JSON.stringify(bookworm.iptables)).toContain('docker0')
  const trixie = await partsOf('debian-trixie')
  expect(JSON.stringify(trixie.nft)).toContain('kube-proxy')
  expect(JSON.stringify(trixie.rules)).toContain('10.244.1.0')
})

test('reservations are read where a host-local store is', async () => {
  for (const [name, count] of [
    ['debian-bookworm', 3],
    ['alpine-busybox', 2],
    ['k3s', 2],
    ['cri-o', 3],
  ] as const) {
    const { hostLocal } = await partsOf(name)
    const stores = isOk(hostLocal) ? hostLocal.value.roots.flatMap(({ stores: each }) => valueOr(each, [])) : []
    expect(stores.flatMap(({ reservations }) => reservations)).toHaveLength(count)
  }
})

test('docs/hosts.md holds what `npm run parts` prints', async () => {
  const hosts: ReadHost[] = []
  for (const { name } of layouts) {
    const known = await recordedStatuses(name)
    const ofRecording = ({ parts, ...host }: ReadHost): ReadHost => ({
      ...host,
      parts: Object.fromEntries(Object.entries(parts).filter(([part]) => part in known)),
    })
    hosts.push(...hostsOf(name, await replay(name)).map(ofRecording))
  }
  await expect(intro + renderParts(hosts)).toMatchFileSnapshot('../../docs/hosts.md')
})

const intro = `# Hosts

Which parts of a node's state are read on which kind of host. Each column is a recording in \`test/bundles\`, made by
\`npm run record:hosts\`: the real agent over a laid-out root, in namespaces of its own on a real kernel, without the right
to read the kernel's log. \`npm run parts -- DIR|FILE…\` prints the same table for any recordings.

**read** · **read in part**: something inside could not be read · **not there**: looked at, and this host has none · any
other word is the reason why it was not looked at.

`
