/** Caches the result per input object for that object's lifetime, so that all checks of a snapshot share it. */
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
