/** Addresses of this host by /proc/net/fib_trie, without device and prefix, each once; loopback included. */
export function parseLocalAddresses(text: string): string[] {
  const local = new Set<string>()
  let leaf = ''
  for (const line of text.split('\n', 1_000_000)) {
    leaf = /^\s*\|-- (?<address>[\d.]{7,15})$/.exec(line)?.groups?.address ?? leaf
    if (leaf && /^\s*\/32 host LOCAL$/.test(line)) local.add(leaf)
  }
  return [...local]
}
