import * as z from 'zod/mini'

/** Where an entry comes from. */
export const entrySources = [
  ...['event', 'pod', 'node', 'object', 'kubelet', 'runtime', 'kube-proxy', 'cni', 'dns', 'kernel'],
  ...['boot', 'file', 'finding', 'recording'],
] as const

const entrySchema = z.object({
  /** RFC 3339, of the first time. */
  at: z.string(),
  /** RFC 3339, of the last time; null for what was seen once. */
  until: z.nullable(z.string()),
  count: z.int(),
  node: z.nullable(z.string()),
  namespace: z.nullable(z.string()),
  source: z.string(),
  /** What it is about: `Pod shop/web`, a path, the name of a log; empty for the node itself. */
  subject: z.string(),
  text: z.string(),
  /** It tells trouble. */
  isBad: z.boolean(),
})

/** The form of `timeline -o json`; published as docs/timeline.schema.json. */
export const timelineSchema = z.object({
  schema: z.literal(1),
  /** RFC 3339: when what is shown was read. */
  takenAt: z.string(),
  /** Beginning of what is shown, RFC 3339; null for everything. */
  since: z.nullable(z.string()),
  /** In the order of time, the newest last. */
  entries: z.array(entrySchema),
  /** Older entries that were left out because there were too many. */
  omitted: z.int(),
  /** Lines whose time nothing tells, which stand nowhere. */
  undated: z.int(),
  /** Nodes whose clocks are known to be wrong; their times are corrected. */
  clocks: z.array(z.object({ node: z.string(), aheadMs: z.number() })),
  /** What would have entries and was not read. */
  notRead: z.array(z.object({ what: z.string(), why: z.string() })),
})

export type Timeline = z.infer<typeof timelineSchema>
export type Entry = Timeline['entries'][number]
