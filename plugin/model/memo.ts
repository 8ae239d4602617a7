/** Remembers the answer to each input for as long as that input lives; views of one snapshot are shared by all checks. */
export function memoise<K extends object, V>(compute: (input: K) => V): (input: K) => V {
  const answers = new WeakMap<K, { readonly value: V }>()
  return input => {
    const known = answers.get(input)
    if (known) return known.value
    const value = compute(input)
    answers.set(input, { value })
    return value
  }
}
