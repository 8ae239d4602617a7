import * as z from 'zod/mini'
import { mapReading, type Reading } from '../reading.ts'
import { type JsonObject, objectOf, textOf } from './cni-plugin.ts'
import { parseJsonWith } from './parse-json.ts'

const addressSchema = z.object({
  address: z.string(),
  /** Its owner; empty when it is free. */
  id: z.string(),
  inUse: z.boolean(),
})

/** An address is free only when it is not in use and has no id: a reboot clears `inUse` but not the id. */
export const azurePoolSchema = z.object({
  /** Usually the subnet as text. */
  id: z.string(),
  gateway: z.nullable(z.string()),
  interfaceName: z.nullable(z.string()),
  addresses: z.array(addressSchema),
})
export type AzurePool = z.infer<typeof azurePoolSchema>

/** Reads `azure-vnet-ipam.json`. Source: Azure/azure-container-networking, ipam/manager.go and pool.go. */
export const parseAzureIpam = (text: string): Reading<AzurePool[]> =>
  mapReading(parseJsonWith(ipamSchema, { text, what: 'the state of azure-vnet-ipam' }), ({ IPAM }) =>
    objectsIn(IPAM.AddressSpaces).flatMap(([, space]) => objectsIn(space.Pools).map(readPool)),
  )

const ipamSchema = z.object({ IPAM: z.object({ AddressSpaces: z.unknown() }) })

/** A pool is a subnet; no cloud subnet has more addresses. */
const mostEntries = 65_536

/** Go writes an empty map as null. */
const objectsIn = (value: unknown): readonly (readonly [string, JsonObject])[] =>
  Object.entries(objectOf(value) ?? {})
    .slice(0, mostEntries)
    .flatMap(([key, item]) => {
      const object = objectOf(item)
      return object ? [[key, object] as const] : []
    })

const readPool = ([key, pool]: readonly [string, JsonObject]): AzurePool => ({
  id: textOf(pool.Id) ?? key,
  gateway: textOf(pool.Gateway),
  interfaceName: textOf(pool.IfName),
  addresses: objectsIn(pool.Addresses).map(([address, { ID, InUse }]) => ({
    address,
    id: textOf(ID) ?? '',
    inUse: InUse === true,
  })),
})

export const azureEndpointSchema = z.object({
  id: z.string(),
  containerId: z.nullable(z.string()),
  pod: z.nullable(z.object({ namespace: z.string(), name: z.string() })),
  addresses: z.array(z.string()),
})
export type AzureEndpoint = z.infer<typeof azureEndpointSchema>

/** Reads endpoints of `azure-vnet.json`. Source: Azure/azure-container-networking, network/manager.go and endpoint.go. */
export const parseAzureEndpoints = (text: string): Reading<AzureEndpoint[]> =>
  mapReading(parseJsonWith(networkSchema, { text, what: 'the state of azure-vnet' }), ({ Network }) =>
    objectsIn(Network.ExternalInterfaces)
      .flatMap(([, device]) => objectsIn(device.Networks))
      .flatMap(([, network]) => objectsIn(network.Endpoints).map(readEndpoint)),
  )

const networkSchema = z.object({ Network: z.object({ ExternalInterfaces: z.unknown() }) })

function readEndpoint([key, endpoint]: readonly [string, JsonObject]): AzureEndpoint {
  const [namespace, name] = [textOf(endpoint.PODNameSpace), textOf(endpoint.PODName)]
  return {
    id: textOf(endpoint.Id) ?? key,
    containerId: textOf(endpoint.ContainerID) || null,
    pod: namespace && name ? { namespace, name } : null,
    addresses: listOf(endpoint.IPAddresses).flatMap(address => textOf(objectOf(address)?.IP) ?? []),
  }
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value.slice(0, 64) : [])
