import type { CniConfigFile } from '../../shared/node/cni-config.ts'
import { isOk } from '../../shared/reading.ts'

/** Fields that are each node's own: its addresses, and the size that its card allows. */
const ownFields: readonly string[] = ['subnet', 'ranges', 'rangeStart', 'rangeEnd', 'gateway', 'mtu', 'nodename']

/** A network configuration as text, without what is each node's own; empty for a file that cannot be understood. */
export function sharedConfig({ content }: CniConfigFile): string {
  if (!isOk(content) || content.value.problem !== null) return ''
  const { name, cniVersion, plugins } = content.value
  return JSON.stringify({ name, cniVersion, plugins }, (key, value: unknown) =>
    ownFields.includes(key) || value === null ? undefined : value,
  )
}
