import * as z from 'zod/mini'
import { NetcheckError } from '../../shared/errors.ts'
import { isOk } from '../../shared/reading.ts'
import { addressParts } from '../model/address-use.ts'
import { orphanedNamespaces } from '../model/orphaned-namespaces.ts'
import { renderData } from '../report/data.ts'
import { renderOrphans } from '../report/release.ts'
import type { Options } from './command.ts'
import type { Io } from './io.ts'
import { onlyNode } from './ipam-release.ts'
import { readOneNode } from './release-session.ts'

const schema = z.object({
  action: z.optional(z.string()),
  node: z.optional(z.array(z.string())),
  address: z.optional(z.array(z.string())),
  ...{ allLeaked: z.boolean(), yes: z.boolean(), output: z.string() },
})

/** `ipam release --orphans`: lists network namespaces of sandboxes that are gone. Returns 1 when there are some. */
export async function runIpamOrphans(options: Options, io: Io): Promise<number> {
  const { action, node, address, allLeaked, yes, output } = z.parse(schema, options)
  if (action !== 'release' || allLeaked || address !== undefined) {
    throw new NetcheckError('USAGE', '--orphans stands alone: kubectl netcheck ipam release --node NODE --orphans')
  }
  if (yes) {
    throw new NetcheckError('USAGE', 'a network namespace cannot be put back, so none is removed from here', {
      hint: 'without --yes the command for each is printed, to be run on the node',
    })
  }
  const name = onlyNode(node, 'ipam release')
  const snapshot = await readOneNode({ options, io, node: name }, addressParts)
  const [read] = snapshot.nodes
  const orphans = read?.status === 'read' ? orphanedNamespaces(read.parts) : null
  if (!(orphans && isOk(orphans))) {
    const why = orphans?.detail ?? (read?.status === 'not-read' ? read.why : 'it has no agent')
    throw new NetcheckError('TIMEOUT', `what was left behind on ${name} is not known: ${why}`)
  }
  const isData = output === 'json' || output === 'yaml'
  io.out(isData ? renderData({ node: name, orphans: orphans.value }, output) : renderOrphans(name, orphans.value))
  return orphans.value.length > 0 ? 1 : 0
}
