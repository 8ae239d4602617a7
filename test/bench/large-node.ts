import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'

export interface NodeSize {
  readonly pods: number
  readonly reservations: number
  /** Text for iptables-restore. */
  readonly rules: string
}

const store = '/var/lib/cni/networks/pods'
/** A bridge has 1,024 at most. */
const mostPorts = 1000
let devices = 0

/** Makes the node of these namespaces as large; what an earlier, smaller one had stays. */
export function makeNode({ pods, reservations, rules }: NodeSize): void {
  execFileSync('iptables-nft-restore', ['-c'], { input: rules })
  const links = devices === 0 ? ['link add cni0 type bridge', 'link set cni0 up'] : []
  for (; devices < pods; devices += 1) {
    links.push(`link add veth${devices} type veth peer name pod${devices}`)
    if (devices < mostPorts) links.push(`link set veth${devices} master cni0 up`)
  }
  execFileSync('ip', ['-batch', '-'], { input: `${links.join('\n')}\n` })
  mkdirSync(store, { recursive: true })
  for (let index = 0; index < reservations; index += 1) {
    writeFileSync(`${store}/10.244.${index >> 8}.${index & 255}`, `${index.toString(16).padStart(64, '0')}\r\neth0`)
  }
}
