import type { Entry } from './entry.ts'

const seeds = ['netcheck']

/** Deliberate bugs, each of which the run must find. */
export const planted: Readonly<Record<string, Entry>> = {
  throws: {
    seeds,
    parse: text => {
      if (text.length > 12) throw new TypeError('planted')
      return text
    },
  },
  hangs: {
    seeds,
    parse: text => {
      while (text.length > 12);
      return text
    },
  },
  grows: { seeds, parse: text => (text.length > 12 ? 'x'.repeat(1 << 20) : text) },
  infinite: { seeds, parse: text => ({ value: text.length > 12 ? Number.POSITIVE_INFINITY : 1 }) },
}
