/** Addresses of API servers that a client configuration names, in its order, each once. */
export function findServers(text: string): readonly string[] {
  const lines = text
    .slice(0, mostText)
    .matchAll(/^[ \t-]*"?server"?[ \t]*:[ \t]*["']?(?<url>https?:\/\/[^\s"',]{1,512})/gm)
  return [...new Set([...lines].flatMap(({ groups }) => groups?.url ?? []))]
}

const mostText = 1 << 20

/** Tokens that stand in a client configuration itself. */
export const findTokens = (text: string): readonly string[] =>
  [...text.slice(0, mostText).matchAll(/^[ \t-]*"?token"?[ \t]*:[ \t]*["']?(?<token>[\w.-]{1,32768})/gm)].flatMap(
    ({ groups }) => groups?.token ?? [],
  )
