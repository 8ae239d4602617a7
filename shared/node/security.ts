import * as z from 'zod/mini'
import { readValue, unlessUnread } from '../discovery/values.ts'
import { denialSchema, parseDenials } from '../formats/audit.ts'
import type { Host } from '../host.ts'
import { type CollectContext, definePart, readingOf } from '../part.ts'
import { isMissing, isOk, mapReading, ok, type Reading } from '../reading.ts'
import { readText } from '../text.ts'
import { kernelLog } from './kernel-log.ts'

/** Mandatory access control of the host: its mode and its denials. */
export const securitySchema = z.object({
  /** `missing` when the kernel runs without SELinux. */
  selinux: readingOf(z.object({ enforcing: z.boolean() })),
  /** `missing` when the kernel has no AppArmor. */
  apparmor: readingOf(z.object({ enabled: z.boolean() })),
  /** The newest denials in the audit log, otherwise in the kernel log. */
  denials: readingOf(z.array(denialSchema)),
})
export type Security = z.infer<typeof securitySchema>

export const security = definePart<Security>({
  schema: securitySchema,
  collect: async (host, context) => {
    const enforce = await readValue(host, '/sys/fs/selinux/enforce')
    const enabled = await readValue(host, '/sys/module/apparmor/parameters/enabled')
    const selinux = mapReading(enforce, value => ({ enforcing: value === '1' }))
    const apparmor = mapReading(enabled, value => ({ enabled: value === 'Y' }))
    const denials = await readDenials(host, context)
    return unlessUnread([selinux, apparmor, denials], { selinux, apparmor, denials })
  },
})

const auditLog = '/var/log/audit/audit.log'

async function readDenials(host: Host, context: CollectContext): Promise<Security['denials']> {
  const audit = await readText(host, auditLog, { maxBytes: 1 << 20, keep: 'tail' })
  const lines: Reading<string[]> = isOk(audit)
    ? ok(audit.value.split('\n'))
    : mapReading(await kernelLog.collect(host, context), ({ entries }) => entries.map(({ message }) => message))
  if (isOk(lines)) return ok(parseDenials(lines.value))
  // When neither was read, the existing file has the better reason.
  return isMissing(audit) || isOk(audit) ? lines : audit
}
