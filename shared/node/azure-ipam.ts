import * as z from 'zod/mini'
import { firstRead, unlessUnread } from '../discovery/values.ts'
import { azureEndpointSchema, azurePoolSchema, parseAzureEndpoints, parseAzureIpam } from '../formats/azure-vnet.ts'
import type { Host } from '../host.ts'
import { definePart, readingOf } from '../part.ts'
import { isOk, type Reading } from '../reading.ts'
import { readText } from '../text.ts'

/** Address state of the Azure CNI; both `missing` when it is not used, or CNS manages addresses. */
const azureIpamSchema = z.object({
  pools: readingOf(z.array(azurePoolSchema)),
  /** Sandboxes that have an address. */
  endpoints: readingOf(z.array(azureEndpointSchema)),
})
export type AzureIpam = z.infer<typeof azureIpamSchema>

export const azureIpam = definePart<AzureIpam>({
  schema: azureIpamSchema,
  collect: async host => {
    const value: AzureIpam = {
      pools: await readState(host, 'azure-vnet-ipam.json', parseAzureIpam),
      endpoints: await readState(host, 'azure-vnet.json', parseAzureEndpoints),
    }
    return unlessUnread(Object.values(value), value)
  },
})

/** Source: Azure/azure-container-networking, platform/os_linux.go; older releases and other images use the last. */
const folders = ['/var/run', '/run', '/var/lib/azure-network']

/** Enough for every address of a /16. */
const maxBytes = 8 << 20

async function readState<T>(host: Host, name: string, parse: (text: string) => Reading<T>): Promise<Reading<T>> {
  const text = await firstRead(folders.map(folder => () => readText(host, `${folder}/${name}`, { maxBytes })))
  return isOk(text) ? parse(text.value) : text
}
