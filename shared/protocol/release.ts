import * as z from 'zod/mini'

/** Most addresses in one run: a mistake of the caller must not empty a node. */
export const mostReleases = 1024

/** Raised whenever one of these messages changes its meaning; an agent refuses another one. */
const format = z.literal(1)

/** A name that the plugin made: when it began (UTC) and eight hexadecimal digits. */
const runName = z.string().check(z.regex(/^\d{8}T\d{6}Z-[0-9a-f]{8}$/))

/** A reservation of host-local exactly as it was when it was judged. */
export const reservedSchema = z.object({
  network: z.string().check(z.regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/)),
  /** Name of its file: an address in canonical text. */
  address: z.string().check(z.regex(/^[0-9a-f.:]{2,45}$/)),
  containerId: z.string().check(z.maxLength(256)),
  interfaceName: z.nullable(z.string().check(z.maxLength(15))),
  inode: z.number(),
})
export type Reserved = z.infer<typeof reservedSchema>

/** Most network namespaces in one run. */
export const mostRemovals = 64

/** A network namespace that a runtime made, by its name in /run/netns, and the sandbox that it was made for. */
export const leftNamespaceSchema = z.object({
  /** As containerd (`cni-` and a UUID) and CRI-O (a UUID) name them; never a path. */
  name: z.string().check(z.regex(/^(cni-)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)),
  containerId: z.string().check(z.minLength(1), z.maxLength(256)),
})
export type LeftNamespace = z.infer<typeof leftNamespaceSchema>

/** How long another holder of host-local's lock is waited for, ms. */
const lockMs = z.int().check(z.gte(1), z.lte(60_000))

/** What a release agent is asked to do; one request per session. */
export const releaseRequestSchema = z.discriminatedUnion('action', [
  z.object({
    format,
    action: z.literal('release'),
    run: runName,
    /** Least age of a reservation by the node's clock, ms. */
    graceMs: z.number().check(z.gte(0)),
    lockMs,
    addresses: z.array(reservedSchema).check(z.maxLength(mostReleases)),
  }),
  z.object({ format, action: z.literal('undo'), run: runName, lockMs }),
  z.object({ format, action: z.literal('runs') }),
  z.object({
    format,
    action: z.literal('remove-namespaces'),
    run: runName,
    namespaces: z.array(leftNamespaceSchema).check(z.maxLength(mostRemovals)),
  }),
])
export type ReleaseRequest = z.infer<typeof releaseRequestSchema>
export type ReleaseOrder = Extract<ReleaseRequest, { action: 'release' }>
export type RemovalOrder = Extract<ReleaseRequest, { action: 'remove-namespaces' }>
export type UndoOrder = Extract<ReleaseRequest, { action: 'undo' }>

/** `gone`: not there any more, so nothing had to be done. `taken`: reserved again, so nothing was put back. `removed`: a namespace. */
const outcomeResults = ['released', 'removed', 'put-back', 'refused', 'gone', 'taken', 'failed'] as const

/** What became of one address or network namespace, sent as soon as it is decided. */
export const outcomeSchema = z.object({
  /** `netns` for a namespace. */
  network: z.string(),
  /** Or the namespace's name. */
  address: z.string(),
  result: z.enum(outcomeResults),
  /** One sentence; empty where nothing is to be said. */
  why: z.string(),
})
export type Outcome = z.infer<typeof outcomeSchema>

/** One earlier run by its journal, with what lies in its backup now. */
export const runSummarySchema = z.object({
  run: z.string(),
  /** Addresses that can be put back. */
  kept: z.array(z.object({ network: z.string(), address: z.string() })),
  putBack: z.number(),
  refused: z.number(),
  /** False when it was cut off: some of what it was asked for was never decided. */
  complete: z.boolean(),
})
export type RunSummary = z.infer<typeof runSummarySchema>

/** The end of a session: all outcomes were sent. */
export const doneSchema = z.object({
  runs: z.array(runSummarySchema),
  /** Why it ended before all was decided; null otherwise. */
  stopped: z.nullable(z.string()),
})
export type Done = z.infer<typeof doneSchema>
