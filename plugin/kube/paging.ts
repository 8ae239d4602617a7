import * as z from 'zod/mini'
import { ApiError, isExpired } from './errors.ts'
import { apiLimits } from './limits.ts'
import { pathOf } from './paths.ts'
import type { Resource, Selection } from './port.ts'
import { withRetries } from './retry.ts'
import { type Endpoint, type Patience, sendJson } from './transport.ts'

/** All items of a list. */
export interface List {
  readonly items: readonly unknown[]
  /** Version from which to watch. */
  readonly resourceVersion: string
}

const pageSchema = z.object({
  metadata: z.object({
    continue: z.optional(z.nullable(z.string())),
    resourceVersion: z.optional(z.nullable(z.string())),
  }),
  items: z.nullable(z.array(z.unknown())),
})

/** Reads all pages of a list; starts over once when the list expires meanwhile. Throws ApiError. */
export async function listAll(
  endpoint: Endpoint,
  { resource, selection }: { readonly resource: Resource; readonly selection: Selection },
  patience: Patience,
): Promise<List> {
  const query = { labelSelector: selection.labelSelector, fieldSelector: selection.fieldSelector }
  const page = (token?: string) =>
    getPage(endpoint, pathOf(resource, selection, { limit: apiLimits.pageItems, continue: token, ...query }), patience)
  try {
    return await allPages(page)
  } catch (error) {
    if (!isExpired(error)) throw error
    return allPages(page)
  }
}

async function allPages(page: (token?: string) => Promise<z.infer<typeof pageSchema>>): Promise<List> {
  const first = await page()
  let { metadata } = first
  const items = [...(first.items ?? [])]
  while (metadata.continue) {
    const next = await page(metadata.continue)
    for (const item of next.items ?? []) items.push(item)
    if (items.length > apiLimits.listItems) throw tooMany()
    metadata = next.metadata
  }
  return { items, resourceVersion: metadata.resourceVersion ?? '' }
}

const tooMany = (): ApiError =>
  new ApiError('API_STATUS', `the list holds more than ${apiLimits.listItems} objects`, { status: 413 })

async function getPage(endpoint: Endpoint, path: string, patience: Patience): Promise<z.infer<typeof pageSchema>> {
  const body = await withRetries(() => sendJson(endpoint, { method: 'GET', path }, patience), { repeatable: true })
  const page = z.safeParse(pageSchema, body)
  if (page.success) return page.data
  throw new ApiError('API_STATUS', `${path.split('?')[0]} is not a list of objects`, { status: 200 })
}
