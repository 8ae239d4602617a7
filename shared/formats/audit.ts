import * as z from 'zod/mini'

export const denialSchema = z.object({
  module: z.enum(['selinux', 'apparmor']),
  /** RFC 3339; null when the line has none. */
  time: z.nullable(z.string()),
  /** The denied program (`comm`, or the name of its profile). */
  program: z.nullable(z.string()),
  /** The denied operation: SELinux permissions, or AppArmor's operation. */
  operation: z.string(),
  /** The target: a path or name. */
  target: z.nullable(z.string()),
  /** Its SELinux context or AppArmor profile. */
  domain: z.nullable(z.string()),
  /** True when it was only logged. */
  permissive: z.boolean(),
})
export type Denial = z.infer<typeof denialSchema>

/** Number of newest denials to keep; characters of a line to examine. */
const mostDenials = 500
const mostCharacters = 2048

/** Parses SELinux and AppArmor denials in lines of an audit or kernel log, oldest first. Never throws. */
export function parseDenials(lines: readonly string[]): Denial[] {
  return lines.flatMap(line => readLine(line.slice(0, mostCharacters))).slice(-mostDenials)
}

function readLine(line: string): Denial[] {
  const selinux = /avc: {1,4}denied {1,4}\{ (?<permissions>[\w ]{1,200}?) \}/.exec(line)?.groups
  const isApparmor = line.includes('apparmor="DENIED"') || line.includes('apparmor="ALLOWED"')
  if (!selinux && !isApparmor) return []
  const value = (name: string): string | null =>
    new RegExp(`[ ,]${name}=(?:"(?<quoted>[^"]*)"|(?<plain>[^" ]+))`)
      .exec(line)
      ?.slice(1)
      .find(text => text !== undefined) ?? null
  const seconds = /audit\((?<seconds>\d{1,12}\.\d{1,6}):/.exec(line)?.groups?.seconds
  return [
    {
      module: selinux ? 'selinux' : 'apparmor',
      time: seconds === undefined ? null : toTime(Number(seconds)),
      program: value('comm'),
      operation: selinux?.permissions ?? value('operation') ?? '',
      target: value('path') ?? value('name'),
      domain: value('scontext') ?? value('profile'),
      permissive: value('permissive') === '1' || line.includes('apparmor="ALLOWED"'),
    },
  ]
}

/** Null for numbers that no date can represent. */
function toTime(seconds: number): string | null {
  const date = new Date(seconds * 1000)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}
