/** Three-valued truth; `maybe` means unknown. */
export type Truth = 'yes' | 'no' | 'maybe'

/** The truth of a known fact. */
export const truthOf = (holds: boolean): Truth => (holds ? 'yes' : 'no')

/** The negation; `maybe` stays. */
export const not = (truth: Truth): Truth => (truth === 'maybe' ? 'maybe' : truthOf(truth === 'no'))

/** Whether all tests hold; stops at the first that does not. */
export function allOf<T>(tests: readonly ((value: T) => Truth)[], value: T): Truth {
  let all: Truth = 'yes'
  for (const test of tests) {
    const truth = test(value)
    if (truth === 'no') return 'no'
    if (truth === 'maybe') all = 'maybe'
  }
  return all
}

/** Whether at least one holds; stops at the first that does. */
export function anyOf(truths: Iterable<Truth>): Truth {
  let any: Truth = 'no'
  for (const truth of truths) {
    if (truth === 'yes') return 'yes'
    if (truth === 'maybe') any = 'maybe'
  }
  return any
}
