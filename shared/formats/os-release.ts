/** os-release(5): `KEY=value` lines with shell quoting. Comments and anything else are skipped. */
export function parseOsRelease(text: string): ReadonlyMap<string, string> {
  const pairs = text.split('\n', 1000).flatMap(line => {
    const groups = /^(?<key>[A-Z][A-Z0-9_]*)=(?<value>.*)$/.exec(line.trim())?.groups
    return groups?.key === undefined ? [] : [[groups.key, unquote(groups.value ?? '')] as const]
  })
  return new Map(pairs)
}

function unquote(value: string): string {
  const quoted = /^"(?<double>.*)"$|^'(?<single>.*)'$/.exec(value)?.groups
  if (quoted?.double !== undefined) return quoted.double.replace(/\\(["$`\\])/g, '$1')
  return quoted?.single ?? value
}
