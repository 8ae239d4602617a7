import * as z from 'zod/mini'

export const denialSchema = z.object({
  module: z.enum(['selinux', 'apparmor']),
  /** RFC 3339; null where the line names none. */
  time: z.nullable(z.string()),
  /** The program that was stopped (`comm`, or the name of its profile). */
  program: z.nullable(z.string()),
  /** What it wanted: permissions of SELinux, the operation of AppArmor. */
  operation: z.string(),
  /** On what: a path or name. */
  target: z.nullable(z.string()),
  /** Context or profile under which it runs. */
  domain: z.nullable(z.string()),
  /** True where it was only noted. */
  permissive: z.boolean(),
})
export type Denial = z.infer<typeof denialSchema>

/** Newest denials that are kept; characters of a line that are looked at. */
const mostDenials = 500
const mostCharacters = 2048

/** Denials of SELinux and AppArmor in lines of an audit log or of the kernel's, the oldest first. Never throws. */
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

/** Numbers beyond those of a date are no time. */
function toTime(seconds: number): string | null {
  const date = new Date(seconds * 1000)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}
