import * as z from 'zod/mini'
import { readOutput } from '../discovery/command-output.ts'
import { firstRead } from '../discovery/values.ts'
import { type KernelEntry, kernelEntrySchema, parseKernelLog } from '../formats/kernel-log.ts'
import type { Host } from '../host.ts'
import { definePart } from '../part.ts'
import { isOk, ok, type Reading, unavailable } from '../reading.ts'
import { readText } from '../text.ts'

/**
 * Kernel messages since boot, as far as they are still available. They are of the whole machine, whatever the
 * namespace.
 */
export const kernelLogSchema = z.object({
  /** `dmesg`, `journal-kernel` or the path of a file. */
  source: z.string(),
  /** Uptime in seconds at the time of reading, for computing the age of messages. */
  uptimeSeconds: z.nullable(z.number()),
  /** The oldest first. */
  entries: z.array(kernelEntrySchema),
})
export type KernelLog = z.infer<typeof kernelLogSchema>

const fileBytes = 512 << 10

export const kernelLog = definePart<KernelLog>({
  schema: kernelLogSchema,
  collect: async host => {
    const uptime = await readText(host, '/proc/uptime', { maxBytes: 4096 })
    const seconds = isOk(uptime) ? /^\d{1,12}\.\d{1,6}/.exec(uptime.value)?.[0] : undefined
    const read = await firstRead([
      () => from('dmesg', readOutput(host, 'dmesg')),
      () => from('journal-kernel', readOutput(host, 'journal-kernel')),
      ...['/var/log/kern.log', '/var/log/messages', '/var/log/syslog'].map(
        path => () => from(path, readEnd(host, path)),
      ),
    ])
    return isOk(read) ? ok({ ...read.value, uptimeSeconds: seconds === undefined ? null : Number(seconds) }) : read
  },
})

interface Found {
  readonly source: string
  readonly entries: KernelEntry[]
}

/** The kernel's ring buffer is never empty: when nothing could be parsed, the next source is tried. */
async function from(source: string, printed: Promise<Reading<string>>): Promise<Reading<Found>> {
  const text = await printed
  if (!isOk(text)) return text
  const entries = parseKernelLog(text.value)
  return entries.length > 0 ? ok({ source, entries }) : unavailable('malformed', `${source} holds no kernel messages`)
}

const readEnd = (host: Host, path: string): Promise<Reading<string>> =>
  readText(host, path, { maxBytes: fileBytes, keep: 'tail' })
