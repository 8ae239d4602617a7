import { ok, type Reading, unavailable } from '../reading.ts'

/** Maximum number of devices. */
const mostLines = 16_384

/** Names of devices in /proc/net/dev, in order. */
export function parseProcNetDev(text: string): Reading<string[]> {
  const [title = '', header = '', ...lines] = text.split('\n', mostLines)
  if (!title.startsWith('Inter-|') || !header.startsWith(' face |')) {
    return unavailable('malformed', '/proc/net/dev is no table of devices')
  }
  return ok(lines.flatMap(line => /^\s*(?<name>[^\s/]{1,15}):\s*\d/.exec(line)?.groups?.name ?? []))
}
