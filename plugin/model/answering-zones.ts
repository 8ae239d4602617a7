/** Public DNS services that answer every name below them with an address. */
const known =
  /(?:^|\.)(?:nip\.io|sslip\.io|xip\.io|traefik\.me|localtest\.me|lvh\.me|vcap\.me|lacolhost\.com|local\.gd|backname\.io)$/i

/** An address within a name, `10.0.0.1.` or `10-0-0-1.`: only wildcard zones use that. */
const withAddress = /(?:^|\.)\d{1,3}([.-])\d{1,3}\1\d{1,3}\1\d{1,3}\.(?!in-addr\.arpa$)[a-z]/i

/** Why a search domain may be a wildcard zone; null for an ordinary one. */
export function whyAnswersAll(domain: string): string | null {
  if (known.test(domain)) return 'a public zone in which every name has an address'
  return withAddress.test(domain) ? 'a name with an address in it, which only zones that answer everything have' : null
}
