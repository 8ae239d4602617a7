import * as z from 'zod/mini'
import { unlessUnread } from '../discovery/values.ts'
import {
  parseWeaveOwned,
  parseWeavePeers,
  parseWeaveStatus,
  weaveOwnedSchema,
  weavePeerSchema,
  weaveStatusSchema,
} from '../formats/weave-status.ts'
import type { Host, HttpReply } from '../host.ts'
import { definePart, readingOf } from '../part.ts'
import { isOk, mapReading, ok, type Reading, unavailable } from '../reading.ts'

/** State of the Weave daemon and its addresses; all `missing` when none runs or has run. */
const weaveSchema = z.object({
  status: readingOf(weaveStatusSchema),
  /** Peers that own address ranges. */
  peers: readingOf(z.array(weavePeerSchema)),
  /** Addresses that this node has allocated. */
  owned: readingOf(z.array(weaveOwnedSchema)),
  /** The file in which the daemon stores peers and ranges. */
  database: readingOf(z.object({ path: z.string(), size: z.nullable(z.number()), mtime: z.nullable(z.string()) })),
})
export type Weave = z.infer<typeof weaveSchema>

export const weave = definePart<Weave>({
  schema: weaveSchema,
  collect: async host => {
    const [status, peers, owned] = await Promise.all([
      host.http('weave-status'),
      host.http('weave-status-ipam'),
      host.http('weave-ip'),
    ])
    const value: Weave = {
      status: mapReading(bodyOf(status), parseWeaveStatus),
      peers: mapReading(bodyOf(peers), parseWeavePeers),
      owned: readOwned(bodyOf(owned)),
      database: await findDatabase(host),
    }
    return unlessUnread(Object.values(value), value)
  },
})

const readOwned = (body: Reading<string>): Weave['owned'] => (isOk(body) ? parseWeaveOwned(body.value) : body)

/** Any status but 200 is about the daemon, not about addresses. */
const bodyOf = (reply: Reading<HttpReply>): Reading<string> => {
  if (!isOk(reply)) return reply
  const { url, status, body } = reply.value
  return status === 200 ? ok(body) : unavailable('failed', `${url} answers ${status}`)
}

/** Source: the manifests of Weave. */
const database = '/var/lib/weave/weave-netdata.db'

const findDatabase = async (host: Host): Promise<Weave['database']> =>
  mapReading(await host.stat(database), ({ size = null, mtime = null }) => ({ path: database, size, mtime }))
