import * as z from 'zod/mini'
import { reportSchema } from '../engine/report.ts'
import { differenceSchema } from '../model/diff/difference.ts'
import { ipamNodeSchema } from '../model/ipam-overview.ts'
import { timelineSchema } from '../model/timeline/timeline.ts'
import type { Registry } from './registries.ts'

/** The published JSON Schemas of `-o json`. Commands add fields of their own beside those of the report. */
export const makeSchemas = (): readonly Registry[] => [
  publish('docs/report.schema.json', 'kubectl netcheck report', reportSchema),
  publish('docs/diff.schema.json', 'kubectl netcheck diff', differenceSchema),
  publish('docs/timeline.schema.json', 'kubectl netcheck timeline', timelineSchema),
  publish('docs/ipam.schema.json', 'kubectl netcheck ipam', z.extend(reportSchema, { nodes: z.array(ipamNodeSchema) })),
]

function publish(path: string, title: string, schema: z.ZodMiniType): Registry {
  const text = JSON.stringify({ title, ...z.toJSONSchema(schema, { io: 'input' }) }, null, 2)
  return { path, text: `${text}\n` }
}
