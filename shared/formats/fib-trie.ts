/** Distinct local addresses from /proc/net/fib_trie, including loopback, without device and prefix. */
export function parseLocalAddresses(text: string): string[] {
  const local = new Set<string>()
  let leaf = ''
  for (const line of text.split('\n', 1_000_000)) {
    leaf = /^\s*\|-- (?<address>[\d.]{7,15})$/.exec(line)?.groups?.address ?? leaf
    if (leaf && /^\s*\/32 host LOCAL$/.test(line)) local.add(leaf)
  }
  return [...local]
}
