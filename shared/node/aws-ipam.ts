import * as z from 'zod/mini'
import { firstRead, unlessUnread } from '../discovery/values.ts'
import { awsAllocationSchema, awsPoolSchema, parseAwsCheckpoint, parseAwsPool } from '../formats/aws-ipam.ts'
import type { Host } from '../host.ts'
import { definePart, readingOf } from '../part.ts'
import { isOk, type Reading, unavailable } from '../reading.ts'
import { readText } from '../text.ts'

/** Address state of the AWS VPC CNI; both `missing` when ipamd does not run. */
const awsIpamSchema = z.object({
  /** Addresses assigned to pods; released ones are held back for 30 s. */
  allocations: readingOf(z.array(awsAllocationSchema)),
  pool: readingOf(awsPoolSchema),
})
export type AwsIpam = z.infer<typeof awsIpamSchema>

export const awsIpam = definePart<AwsIpam>({
  schema: awsIpamSchema,
  collect: async host => {
    const value: AwsIpam = { allocations: await readCheckpoint(host), pool: await readPool(host) }
    return unlessUnread(Object.values(value), value)
  },
})

/** On most hosts the first is a link to the second; recordings may contain either. */
const checkpoints = ['/var/run/aws-node/ipam.json', '/run/aws-node/ipam.json']

async function readCheckpoint(host: Host): Promise<AwsIpam['allocations']> {
  const text: Reading<string> = await firstRead(checkpoints.map(path => () => readText(host, path)))
  return isOk(text) ? parseAwsCheckpoint(text.value) : text
}

async function readPool(host: Host): Promise<AwsIpam['pool']> {
  const reply = await host.http('aws-enis')
  if (!isOk(reply)) return reply
  const { url, status, body } = reply.value
  return status === 200 ? parseAwsPool(body) : unavailable('failed', `${url} answers ${status}`)
}
