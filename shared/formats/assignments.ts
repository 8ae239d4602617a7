/**
 * Parses `KEY=value` lines of files for shells and systemd; surrounding quotes are removed, the last assignment wins.
 */
export function parseAssignments(text: string): ReadonlyMap<string, string> {
  const pairs = text.split('\n', 10_000).flatMap(line => {
    const groups = /^\s*(?:export\s+)?(?<key>[A-Za-z_][A-Za-z0-9_]{0,127})=(?<value>.*)$/.exec(line)?.groups
    return groups?.key === undefined ? [] : [[groups.key, unquote((groups.value ?? '').trim())] as const]
  })
  return new Map(pairs)
}

const unquote = (value: string): string =>
  /^"(?<inner>[^"]*)"$|^'(?<other>[^']*)'$/
    .exec(value)
    ?.slice(1)
    .find(text => text !== undefined) ?? value
