/** Addresses of API servers that a client configuration names, in its order, each once. */
export function findServers(text: string): readonly string[] {
  const lines = text
    .slice(0, mostText)
    .matchAll(/^[ \t-]*"?server"?[ \t]*:[ \t]*["']?(?<url>https?:\/\/[^\s"',]{1,512})/gm)
  return [...new Set([...lines].flatMap(({ groups }) => groups?.url ?? []))]
}

const mostText = 1 << 20
