import { type CorefileOption, type Directive, parseCorefile, type ServerBlock } from '../../shared/formats/corefile.ts'
import { contains, parseAddress, parseNetwork } from '../../shared/ip.ts'
import type { Pod } from '../cluster/pods.ts'
import { isLive, podKey } from './pods.ts'

/** A line of a Corefile that keeps pods from the answer of plugin `kubernetes`. */
export interface Obstacle {
  /** From 1. */
  readonly line: number
  /** The line without its indentation. */
  readonly text: string
  /** What it does, for a sentence after "the Corefile". */
  readonly does: string
}

/** Lines of servers with plugin `kubernetes` that refuse pods, or answer or rename what the plugin would answer. */
export const obstaclesIn = (text: string, pods: readonly Pod[]): readonly Obstacle[] =>
  parseCorefile(text).servers.flatMap(server => {
    const zones = zonesOf(server)
    return zones.length === 0
      ? []
      : server.directives.flatMap(directive => [
          ...refusals(directive, pods),
          ...ownAnswers(directive, zones),
          ...renamings(directive, zones),
        ])
  })

const zonesOf = ({ directives }: ServerBlock): readonly string[] =>
  directives
    .filter(({ name }) => name === 'kubernetes')
    .flatMap(({ args }) => args.map(bare))
    .filter(zone => zone !== '' && !zone.endsWith('.arpa'))

const bare = (zone: string): string => zone.toLowerCase().replace(/^\.|\.$/g, '')

const isIn = (name: string, zones: readonly string[]): boolean =>
  zones.some(zone => bare(name) === zone || bare(name).endsWith(`.${zone}`))

const written = ({ name, args }: CorefileOption): string => [name, ...args].join(' ')

/** The first entry that fits a pod's address decides. Source: CoreDNS, plugin acl. */
function refusals({ name, args, options }: Directive, pods: readonly Pod[]): readonly Obstacle[] {
  if (name !== 'acl' || args.length > 0) return []
  const refused = new Map<CorefileOption, string[]>()
  for (const pod of pods.filter(each => isLive(each) && !each.hostNetwork && each.ips.length > 0)) {
    const entry = options.find(option => takesAddresses(option) && takesSource(option, pod.ips[0] ?? ''))
    if (entry && entry.name !== 'allow') refused.set(entry, [...(refused.get(entry) ?? []), podKey(pod)])
  }
  return [...refused].map(([entry, names]) => ({
    line: entry.line,
    text: written(entry),
    does: `refuses what ${names.length === 1 ? `pod ${names[0]} asks` : `${names.length} pods ask, such as ${names[0]}`}`,
  }))
}

/** Words after `keyword`, up to the next one. */
function after(args: readonly string[], keyword: string): readonly string[] | null {
  const at = args.indexOf(keyword)
  if (at < 0) return null
  const rest = args.slice(at + 1)
  const end = rest.findIndex(word => word === 'type' || word === 'net')
  return end < 0 ? rest : rest.slice(0, end)
}

const takesAddresses = ({ args }: CorefileOption): boolean =>
  after(args, 'type')?.some(type => type === '*' || /^(?:A|ANY)$/i.test(type)) ?? true

function takesSource({ args }: CorefileOption, ip: string): boolean {
  const address = parseAddress(ip)
  const nets = after(args, 'net')
  if (nets === null) return true
  return nets.some(net => {
    const network = parseNetwork(net.includes('/') ? net : `${net}/32`)
    return net === '*' || (address !== null && network !== null && contains(network, address))
  })
}

/** `template` of a zone of the cluster for addresses, with nothing that narrows it. */
function ownAnswers({ name, args, options, line }: Directive, zones: readonly string[]): readonly Obstacle[] {
  const [, type = '', ...own] = args
  if (name !== 'template' || !/^(?:A|ANY)$/i.test(type) || !own.some(zone => isIn(zone, zones))) return []
  if (options.some(option => option.name === 'match' || option.name === 'fallthrough')) return []
  return [{ line, text: written({ name, args, line }), does: `answers names of ${own.join(', ')} by itself` }]
}

/** `rewrite name` of a zone of the cluster to one that no plugin `kubernetes` serves. */
function renamings({ name, args, line }: Directive, zones: readonly string[]): readonly Obstacle[] {
  if (name !== 'rewrite') return []
  const words = args.filter(word => word !== 'stop' && word !== 'continue')
  const [field, ...rest] = words
  const [from = '', to = ''] = matchers.has(rest[0] ?? '') ? rest.slice(1) : rest
  const isLiteral = rest[0] !== 'regex' && rest[0] !== 'substring' && rest[0] !== 'prefix'
  if (field !== 'name' || !isLiteral || to === '' || !isIn(from, zones) || isIn(to, zones)) return []
  return [{ line, text: written({ name, args, line }), does: `asks for ${to} in place of ${from}` }]
}

const matchers = new Set(['exact', 'suffix', 'prefix', 'substring', 'regex'])
