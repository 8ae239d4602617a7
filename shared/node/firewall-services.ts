import * as z from 'zod/mini'
import { listProcesses } from '../discovery/processes.ts'
import { unlessUnread } from '../discovery/values.ts'
import { parseAssignments } from '../formats/assignments.ts'
import type { Host } from '../host.ts'
import { definePart, readingOf } from '../part.ts'
import { isMissing, isOk, ok, type Reading, valueOr } from '../reading.ts'
import { readText } from '../text.ts'

/** Firewall services of distributions, which change rules that Kubernetes relies on. */
export const firewallServicesSchema = z.object({
  /** `missing` when it is not installed. */
  firewalld: readingOf(
    z.object({
      running: z.boolean(),
      /** `nftables` or `iptables`; null when the file does not set it. */
      backend: z.nullable(z.string()),
      defaultZone: z.nullable(z.string()),
    }),
  ),
  /** `missing` when it is not installed. */
  ufw: readingOf(
    z.object({
      enabled: z.boolean(),
      /** `DROP`, `ACCEPT` or `REJECT`: policy for forwarded packets. */
      forwardPolicy: z.nullable(z.string()),
    }),
  ),
})
export type FirewallServices = z.infer<typeof firewallServicesSchema>

export const firewallServices = definePart<FirewallServices>({
  schema: firewallServicesSchema,
  collect: async host => {
    const [firewalld, ufw] = await Promise.all([readFirewalld(host), readUfw(host)])
    return unlessUnread([firewalld, ufw], { firewalld, ufw })
  },
})

async function readFirewalld(host: Host): Promise<FirewallServices['firewalld']> {
  const running = await isFirewalldRunning(host)
  const text = await readText(host, '/etc/firewalld/firewalld.conf', { maxBytes: 65_536 })
  if (!isOk(running)) return running
  // When it runs without its file, the built-in defaults apply.
  if (!isOk(text) && !running.value) return text
  const settings = parseAssignments(valueOr(text, ''))
  return ok({
    running: running.value,
    backend: settings.get('FirewallBackend') ?? null,
    defaultZone: settings.get('DefaultZone') ?? null,
  })
}

/** Judged by its process, otherwise by its pid file. */
async function isFirewalldRunning(host: Host): Promise<Reading<boolean>> {
  const list = await listProcesses(host)
  if (isOk(list) && list.value.processes.some(({ name }) => name === 'firewalld')) return ok(true)
  const file = await host.stat('/run/firewalld.pid')
  if (isOk(file)) return ok(true)
  return isMissing(file) || (isOk(list) && list.value.complete) ? ok(false) : file
}

async function readUfw(host: Host): Promise<FirewallServices['ufw']> {
  const text = await readText(host, '/etc/ufw/ufw.conf', { maxBytes: 65_536 })
  if (!isOk(text)) return text
  const defaults = await readText(host, '/etc/default/ufw', { maxBytes: 65_536 })
  return ok({
    enabled: parseAssignments(text.value).get('ENABLED')?.toLowerCase() === 'yes',
    forwardPolicy: isOk(defaults) ? (parseAssignments(defaults.value).get('DEFAULT_FORWARD_POLICY') ?? null) : null,
  })
}
