import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { lstat, readdir, readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { parseReservation } from '../../shared/formats/reservation.ts'
import type { Reserved } from '../../shared/protocol/release.ts'

const program = '/usr/lib/cni/host-local'

interface Call {
  readonly command: 'ADD' | 'DEL'
  readonly network?: string
  readonly id: string
}

/** A store kept by the distribution's own host-local in a folder of the test: one range of each family. */
export const hostLocalStore = (
  dataDir: string,
  ranges = [[{ subnet: '10.9.0.0/26' }], [{ subnet: 'fd00:9::/120' }]],
) => {
  const config = (network: string) =>
    JSON.stringify({
      cniVersion: '0.4.0',
      name: network,
      type: 'bridge',
      ipam: { type: 'host-local', dataDir, ranges },
    })
  const environment = ({ command, id }: Call) => ({
    CNI_COMMAND: command,
    CNI_CONTAINERID: id,
    CNI_NETNS: '/proc/self/ns/net',
    CNI_IFNAME: 'eth0',
    CNI_PATH: '/usr/lib/cni',
  })
  return {
    dataDir,
    /** What the plugin printed. */
    call: ({ network = 'rig', ...call }: Call): string =>
      spawnSync(program, { input: config(network), env: environment({ ...call }), encoding: 'utf8', timeout: 10_000 })
        .stdout,
    /** The same without waiting for it here. */
    start: async ({ network = 'rig', ...call }: Call): Promise<string> => {
      const child = spawn(program, { env: environment({ ...call }), stdio: ['pipe', 'pipe', 'ignore'] })
      child.stdin.end(config(network))
      const [stdout] = await Promise.all([text(child.stdout), once(child, 'exit')])
      return stdout
    },
    /** Reservations as they stand, for an order. */
    reserved: (network = 'rig') => readReserved(dataDir, network),
  }
}

/** Reservations of a network as they stand, for an order. */
export async function readReserved(dataDir: string, network: string): Promise<readonly Reserved[]> {
  const folder = `${dataDir}/${network}`
  const names = (await readdir(folder)).filter(name => /^[0-9a-f.:]+$/.test(name)).sort()
  const all = names.map(async address => {
    const { ino } = await lstat(`${folder}/${address}`)
    const content = parseReservation(await readFile(`${folder}/${address}`, 'utf8'))
    return {
      network,
      address,
      inode: ino,
      containerId: content?.containerId ?? '',
      interfaceName: content?.interfaceName ?? null,
    }
  })
  return Promise.all(all)
}

/** An id as runtimes make them. */
export const containerId = (index: number): string => index.toString(16).padStart(64, 'a')

/** Addresses in the answer of an ADD; none when it failed. */
export const addressesOf = (answer: string): readonly string[] =>
  [...answer.matchAll(/"address": "([^/"]+)\//g)].map(([, address = '']) => address)
