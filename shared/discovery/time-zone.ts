import type { Host } from '../host.ts'
import { isMissing, isOk } from '../reading.ts'

/** Whether the host's local time is UTC, which is also the case without /etc/localtime. False when unknown. */
export async function keepsUtc(host: Host): Promise<boolean> {
  const zone = await host.stat('/etc/localtime')
  if (isMissing(zone)) return true
  return isOk(zone) && /\/(?:Etc\/)?(?:UTC|UCT|Universal|Zulu)$/.test(zone.value.target ?? '')
}
