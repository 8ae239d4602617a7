import { oneLine } from '../../shared/text.ts'

/** The line of a crashed program's log that names the error, otherwise its last line that is not a stack frame. */
export function tellingLine(lines: readonly string[]): string {
  const said = lines.filter(line => line.trim() !== '' && !noise.test(line))
  return oneLine(said.findLast(line => /error/i.test(line) && !/^\s/.test(line)) ?? said.at(-1) ?? '')
}

/** Stack frames, carets and the version that Node.js writes below a crash. */
const noise = /^\s+at |^\s*\^+\s*$|^Node\.js v\d|^\s*[{}]\s*$/
