import { oneLine, printable } from '../../../shared/text.ts'
import { shortened } from '../rows.ts'
import { pageLimits } from './limits.ts'

/**
 * Text from a cluster on one line: without control characters and lone surrogates, its middle left out when it is long.
 */
export const seen = (text: string, most: number = pageLimits.text): string =>
  whole(shortened(oneLine(text, pageLimits.command), most))

/** A command for copying: line breaks stay. */
export const command = (text: string): string => whole(printable(text).slice(0, pageLimits.command))

/** Preformatted text: line breaks stay. */
export const block = (text: string): string => whole(printable(text).slice(0, pageLimits.block))

const whole = (text: string): string => text.replace(/\p{Surrogate}/gu, '\u{FFFD}')
