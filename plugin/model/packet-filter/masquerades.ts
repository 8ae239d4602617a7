import { readRule } from '../../../shared/formats/iptables-rule.ts'
import { overlaps, parseNetwork } from '../../../shared/ip.ts'
import type { Iptables } from '../../../shared/node/iptables.ts'
import { isOk } from '../../../shared/reading.ts'

/** A masquerade rule without port randomisation. */
export interface PlainMasquerade {
  readonly chain: string
  readonly text: string
}

/** iptables rules of both backends that change the source of pod packets and keep the port while it is free. */
export const plainMasquerades = (
  { ipv4, ipv6 }: Iptables,
  podNetworks: readonly string[],
): readonly PlainMasquerade[] =>
  [ipv4.nft, ipv4.legacy, ipv6.nft, ipv6.legacy].flatMap(saved => {
    const nat = isOk(saved) ? saved.value.tables.find(({ name }) => name === 'nat') : undefined
    return (nat?.chains ?? []).flatMap(({ name, rules }) =>
      rules.filter(({ text }) => isPlain(text, podNetworks)).map(({ text }) => ({ chain: name, text })),
    )
  })

function isPlain(text: string, podNetworks: readonly string[]): boolean {
  // Most rules in nat are for services; only the relevant ones are parsed.
  if (!/-j (?:MASQUERADE|SNAT)\b/.test(text)) return false
  const rule = readRule(text)
  return rule?.target?.isRandomFully === undefined && isOfPods(rule?.match.source?.is, podNetworks)
}

/** A rule without a source applies to pods; one for another network, such as Docker's, does not. */
function isOfPods(source: string | undefined, podNetworks: readonly string[]): boolean {
  const network = source === undefined ? null : parseNetwork(source)
  if (!network) return source === undefined
  return podNetworks.flatMap(text => parseNetwork(text) ?? []).some(pods => overlaps(network, pods))
}
