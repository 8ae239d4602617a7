/** The parsed JSON of a file; null when it is not JSON. */
export function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return null
  }
}

/** A field of an object; undefined where there is none. */
export const objectIn = (value: unknown, field: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined

/** A text in a field; empty where there is none. */
export const textIn = (value: unknown, field: string): string => {
  const found = objectIn(value, field)
  return typeof found === 'string' ? found : ''
}

/** A list in a field; empty where there is none. */
export const arrayIn = (value: unknown, field: string): unknown[] => {
  const found = objectIn(value, field)
  return Array.isArray(found) ? found : []
}
