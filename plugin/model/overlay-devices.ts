import type { Links } from '../../shared/node/links.ts'
import { isOk, type Reading } from '../../shared/reading.ts'
import type { ApiNode } from '../cluster/nodes.ts'
import type { ComponentId } from './components.ts'

/** A device that an overlay needs on a node. */
export interface NeededDevice {
  readonly product: ComponentId
  readonly device: RegExp
  readonly name: string
  /** Why it is needed here. */
  readonly source: string
}

/** Tunnels that the node itself announces. */
export const announcedDevices = (self: ApiNode): NeededDevice[] =>
  Object.entries(self.annotations).flatMap(([key, value]) => announcedDevice(key, value, self))

/** True where a tunnel that the node announces is missing or down; false where that is not known. */
export function lacksTunnel(self: ApiNode | undefined, links: Reading<Links> | undefined): boolean {
  if (!self || !links || !isOk(links)) return false
  const up = links.value.links.filter(({ state }) => state !== 'down')
  return announcedDevices(self).some(({ device }) => !up.some(({ name }) => device.test(name)))
}

/** A device by its whole name. */
export const needed = (product: ComponentId, name: string, source: string): NeededDevice => ({
  product,
  name,
  source,
  device: new RegExp(`^${name.replaceAll('.', '\\.')}$`),
})

function announcedDevice(key: string, value: string, { name, annotations }: ApiNode): NeededDevice[] {
  const at = `Node ${name}, annotation ${key}`
  if (key === 'projectcalico.org/IPv4IPIPTunnelAddr') return [needed('calico', 'tunl0', at)]
  if (key === 'projectcalico.org/IPv4VXLANTunnelAddr') return [needed('calico', 'vxlan.calico', at)]
  if (key !== 'flannel.alpha.coreos.com/backend-type' || value !== 'vxlan') return []
  const data = annotations['flannel.alpha.coreos.com/backend-data'] ?? ''
  const id = /"VNI"\s*:\s*(?<id>\d{1,8})/.exec(data)?.groups?.id ?? '1'
  return [needed('flannel', `flannel.${id}`, at)]
}
