import * as z from 'zod/mini'
import { NetcheckError } from '../../shared/errors.ts'
import { severities } from '../../shared/finding.ts'
import { chooseChecks } from '../engine/choose-checks.ts'
import { exitCodeOf } from '../engine/exit-code.ts'
import { runChecks } from '../engine/run.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import { checks } from '../gen/checks.ts'
import { describeAddresses, type IpamNode, ipamParts } from '../model/ipam-overview.ts'
import { isDataFormat, renderData } from '../report/data.ts'
import { renderIpam, renderIpamNames } from '../report/ipam.ts'
import type { Options } from './command.ts'
import { fromSchema } from './from.ts'
import type { Io } from './io.ts'

const schema = z.object({
  node: z.optional(z.array(z.string())),
  network: z.optional(z.string()),
  from: z.optional(fromSchema),
  output: z.enum(['table', 'wide', 'json', 'yaml', 'name']),
  failOn: z.enum([...severities, 'never']),
})

/** `ipam`: shows who owns the addresses of nodes, and which have no owner. Returns the exit code. */
export async function runIpam(options: Options, io: Io): Promise<number> {
  const { node = [], network, from, output, failOn } = z.parse(schema, options)
  const choice = { names: [...new Set(node)], selector: undefined }
  const request = { checks: chooseChecks(checks, { only: ['IPM'], skip: [] }), shown: ipamParts }
  const print = (snapshot: Snapshot): number => {
    const focus = choice.names.length > 0 ? new Set(choice.names) : undefined
    const report = runChecks(snapshot, request.checks, focus)
    const nodes = describeAddresses(snapshot, network)
    requireNetwork(nodes, network)
    if (output === 'name') io.out(renderIpamNames(nodes))
    else if (isDataFormat(output)) io.out(renderData({ ...report, nodes }, output))
    else io.out(renderIpam(nodes, { paint: io.paint, wide: output === 'wide' }))
    return exitCodeOf(report, failOn)
  }
  if (from === undefined) {
    const { readLive } = await import('./live.ts')
    return readLive({ options, choice, io, request, withAgents: true, print })
  }
  const { readBundle } = await import('./read-bundle.ts')
  const { chooseNodes } = await import('./choose-nodes.ts')
  return print(chooseNodes(await readBundle(from, request, io), choice))
}

/** A network that no node has is probably mistyped, and must not look healthy. */
function requireNetwork(nodes: readonly IpamNode[], network: string | undefined): void {
  const known = [...new Set(nodes.flatMap(({ networks }) => networks.map(each => each.network)))]
  if (network === undefined || known.length > 0 || nodes.some(({ unread }) => unread !== null)) return
  throw new NetcheckError('USAGE', `host-local serves no network ${network} on these nodes`, {
    hint: 'kubectl netcheck ipam without --network lists them',
  })
}
