import * as z from 'zod/mini'

/** Orders to the process inside of a node, one JSON text per line on its standard input. */
export const orderSchema = z.discriminatedUnion('order', [
  z.object({
    order: z.literal('launch'),
    id: z.number(),
    launch: z.object({
      program: z.string(),
      args: z.array(z.string()),
      argv0: z.optional(z.string()),
      env: z.record(z.string(), z.string()),
      log: z.string(),
    }),
  }),
  z.object({ order: z.literal('kill'), id: z.number(), signal: z.enum(['SIGTERM', 'SIGKILL']) }),
  z.object({
    order: z.literal('serve'),
    id: z.number(),
    table: z.record(z.string(), z.record(z.string(), z.string())),
  }),
  z.object({ order: z.literal('run'), id: z.number(), script: z.string() }),
])
export type Order = z.infer<typeof orderSchema>

/** What it says on its standard output. `error` is empty when all went well. */
export const newsSchema = z.discriminatedUnion('news', [
  z.object({ news: z.literal('listening') }),
  z.object({ news: z.literal('ended'), id: z.number(), code: z.nullable(z.number()), signal: z.nullable(z.string()) }),
  z.object({ news: z.literal('done'), id: z.number(), output: z.string(), error: z.string() }),
])
export type News = z.infer<typeof newsSchema>
