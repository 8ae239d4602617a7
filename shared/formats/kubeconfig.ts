/** Distinct API server URLs in a kubeconfig, in order. */
export function findServers(text: string): readonly string[] {
  const lines = text
    .slice(0, mostText)
    .matchAll(/^[ \t-]*"?server"?[ \t]*:[ \t]*["']?(?<url>https?:\/\/[^\s"',]{1,512})/gm)
  return [...new Set([...lines].flatMap(({ groups }) => groups?.url ?? []))]
}

const mostText = 1 << 20

/** Tokens contained in a kubeconfig. */
export const findTokens = (text: string): readonly string[] =>
  [...text.slice(0, mostText).matchAll(/^[ \t-]*"?token"?[ \t]*:[ \t]*["']?(?<token>[\w.-]{1,32768})/gm)].flatMap(
    ({ groups }) => groups?.token ?? [],
  )
