import { rememberHost } from './discovery/remember-host.ts'
import { parts } from './gen/parts.ts'
import type { Host } from './host.ts'
import { limits } from './limits.ts'
import { type CollectContext, collectPart, type PartDefinition } from './part.ts'
import { type Part, unavailable } from './reading.ts'
import type { NodeParts, PartName } from './snapshot.ts'

/** Reads the given parts of one host concurrently; all other parts are `not-recorded`. */
export async function collectNode(
  definitions: Partial<typeof parts>,
  { host, context }: { host: Host; context: CollectContext },
): Promise<NodeParts> {
  const remembered = rememberHost(host)
  const entries = Object.entries<PartDefinition<unknown>>(definitions).map(
    async ([name, definition]) =>
      [
        name,
        await collectPart(definition, { host: remembered, context, deadlineMs: context.deadlineMs ?? limits.partMs }),
      ] as const,
  )
  return nodeParts(Object.fromEntries(await Promise.all(entries)))
}

/** Completes a record of parts, each already of its own schema, with `not-recorded` parts. */
export const nodeParts = (known: Partial<Record<PartName, Part<unknown>>>): NodeParts =>
  // Each part has the type of its schema, which Object.fromEntries loses.
  ({ ...Object.fromEntries(Object.keys(parts).map(name => [name, notAsked])), ...known }) as NodeParts

const notAsked = { ...unavailable('not-recorded', 'this part was not asked for'), ms: 0 }
