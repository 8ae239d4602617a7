/** Replaces everything in a text that may be a name by what `rewrite` returns; escapes stay. */
export const visitNames = (text: string, rewrite: (name: string) => string): string =>
  text.replace(tokens, (_, lead: string | undefined, token: string) =>
    lead === undefined ? rewrite(token) : lead + rewriteBehind(lead, { token, rewrite }),
  )

/** After backslashes or a percent sign, the first characters may belong to an escape. */
const tokens = /((?<!\\)\\{1,64}|%)?([A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*)/g

/** Tries each possible escape length and takes the first that leaves a known name, otherwise the likeliest. */
function rewriteBehind(
  lead: string,
  { token, rewrite }: { readonly token: string; readonly rewrite: (name: string) => string },
): string {
  const readings = escapeLengths(lead, token).map(length => {
    const name = token.slice(length)
    const made = rewrite(name)
    return { isNamed: firstWord(made) !== firstWord(name), text: token.slice(0, length) + made }
  })
  return (readings.find(({ isNamed }) => isNamed) ?? readings[0])?.text ?? token
}

/**
 * Possible lengths of an escape at the beginning of a token, the likeliest first: in JSON and programs (`\n`, `\u0022`,
 * `\x2d`, `\075`), in nested JSON with doubled backslashes, or in a URL (`%3D`, `%253D`).
 */
function escapeLengths(lead: string, token: string): readonly number[] {
  if (lead === '%') return [...lengthOf(/^(?:25)*[0-9A-Fa-f]{2}/, token), ...lengthOf(/^[0-9A-Fa-f]{2}/, token), 0]
  const lengths = lengthOf(/^(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[0-3][0-7]{2}|[^ux])/, token)
  return lead.length % 2 === 1 && lengths.length > 0 ? lengths : [...lengths, 0]
}

const lengthOf = (form: RegExp, token: string): readonly number[] => form.exec(token)?.map(found => found.length) ?? []

const firstWord = (token: string): string => token.split('-', 1).join('')
