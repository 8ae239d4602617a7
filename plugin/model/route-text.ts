import type { PolicyRule } from '../../shared/formats/ip-rule.ts'
import type { Route } from '../../shared/formats/route.ts'

/** A policy rule without its priority, in the words in which `ip rule add` takes it. */
export const ruleWords = ({ inverted, from, to, mark, incoming, table, action }: PolicyRule): string =>
  [
    inverted ? 'not' : '',
    `from ${from ?? 'all'}`,
    to === null ? '' : `to ${to}`,
    mark === null ? '' : `fwmark ${mark}`,
    incoming === null ? '' : `iif ${incoming}`,
    table === null ? action : `lookup ${table}`,
  ]
    .filter(Boolean)
    .join(' ')

/** A route as `ip route` prints it. */
export const describeRoute = ({ type, destination, gateway, device, table }: Route): string =>
  [
    type === 'unicast' ? '' : type,
    destination.endsWith('/0') ? 'default' : destination,
    gateway === null ? '' : `via ${gateway}`,
    device === null ? '' : `dev ${device}`,
    table === 'main' ? '' : `table ${table}`,
  ]
    .filter(Boolean)
    .join(' ')
