import * as z from 'zod/mini'
import { firstRead, readValue, unlessUnread } from '../discovery/values.ts'
import { parseOsRelease } from '../formats/os-release.ts'
import type { Host } from '../host.ts'
import { definePart, readingOf } from '../part.ts'
import { isOk, mapReading, ok, type Reading, unavailable } from '../reading.ts'
import { readText } from '../text.ts'

/** Identity of the running system. */
const kernelSchema = z.object({
  /** `uname -r`. */
  release: readingOf(z.string()),
  hostname: readingOf(z.string()),
  /** Random id of this boot, from `/proc/sys/kernel/random/boot_id`. */
  bootId: readingOf(z.string()),
  uptimeSeconds: readingOf(z.number()),
  /** `ID`, `VERSION_ID` and `PRETTY_NAME` of os-release(5). */
  os: readingOf(
    z.object({
      id: z.string(),
      version: z.nullable(z.string()),
      name: z.string(),
    }),
  ),
})
export type Kernel = z.infer<typeof kernelSchema>

export const kernel = definePart<Kernel>({
  schema: kernelSchema,
  collect: async host => {
    const release = await readValue(host, '/proc/sys/kernel/osrelease')
    const hostname = await readValue(host, '/proc/sys/kernel/hostname')
    const bootId = await readValue(host, '/proc/sys/kernel/random/boot_id')
    const uptimeSeconds = await readUptime(host)
    const os = await readOs(host)
    return unlessUnread([release, hostname, bootId, uptimeSeconds, os], {
      release,
      hostname,
      bootId,
      uptimeSeconds,
      os,
    })
  },
})

async function readUptime(host: Host): Promise<Reading<number>> {
  const text = await readValue(host, '/proc/uptime')
  if (!isOk(text)) return text
  const seconds = /^\d{1,12}\.\d+ /.exec(text.value)
  return seconds ? ok(Number.parseFloat(text.value)) : unavailable('malformed', '/proc/uptime begins with no seconds')
}

async function readOs(host: Host): Promise<Kernel['os']> {
  const text = await firstRead(['/etc/os-release', '/usr/lib/os-release'].map(path => () => readText(host, path)))
  return mapReading(text, value => {
    const release = parseOsRelease(value)
    // Defaults according to os-release(5).
    return {
      id: release.get('ID') ?? 'linux',
      version: release.get('VERSION_ID') ?? null,
      name: release.get('PRETTY_NAME') ?? 'Linux',
    }
  })
}
