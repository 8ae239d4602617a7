import * as z from 'zod/mini'
import { reportSchema } from '../engine/report.ts'
import type { Registry } from './registries.ts'

/** The published JSON Schema of `-o json`. Commands add fields of their own beside these. */
export function makeReportSchema(): Registry {
  const schema = { title: 'kubectl netcheck report', ...z.toJSONSchema(reportSchema, { io: 'input' }) }
  return { path: 'docs/report.schema.json', text: `${JSON.stringify(schema, null, 2)}\n` }
}
