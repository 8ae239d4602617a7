import { oneLine, printable } from '../../../shared/text.ts'
import { shortened } from '../rows.ts'
import { pageLimits } from './limits.ts'

/** Text from a cluster in one line for a page: without control characters and half characters, its middle left out when long. */
export const seen = (text: string, most: number = pageLimits.text): string =>
  whole(shortened(oneLine(text, pageLimits.command), most))

/** A command as it is copied: line breaks stay. */
export const command = (text: string): string => whole(printable(text).slice(0, pageLimits.command))

/** Lines that stay lines. */
export const block = (text: string): string => whole(printable(text).slice(0, pageLimits.block))

const whole = (text: string): string => text.replace(/\p{Surrogate}/gu, '\u{FFFD}')
