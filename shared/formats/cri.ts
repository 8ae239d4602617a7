import * as z from 'zod/mini'
import { ok, type Reading, unavailable } from '../reading.ts'
import { firstIssue } from './parse-json.ts'

/** Protobuf JSON omits default values: an absent string is empty, an absent flag false. */
const text = z._default(z.string(), '')

export const versionReplySchema = z.object({ runtimeName: text, runtimeVersion: text })

export const statusReplySchema = z.object({
  status: z.object({
    conditions: z._default(
      z.array(z.object({ type: text, status: z._default(z.boolean(), false), reason: text, message: text })),
      [],
    ),
  }),
  info: z._default(z.record(z.string(), z.string()), {}),
})

export const sandboxesReplySchema = z.object({
  items: z._default(
    z
      .array(
        z.object({
          id: z.string(),
          metadata: z.object({ name: text, uid: text, namespace: text }),
          /** READY is the default and may be absent. */
          state: z._default(z.union([z.string(), z.number()]), 0),
          /** Nanoseconds since the epoch; a string, because it has 64 bits. */
          createdAt: z._default(z.union([z.string().check(z.regex(/^-?\d{1,19}$/)), z.int()]), 0),
        }),
      )
      .check(z.maxLength(65_536)),
    [],
  ),
})

/** `info.cniconfig` of a verbose status of containerd. Source: containerd/internal/cri/server/status.go. */
export const cniConfigInfoSchema = z.object({
  PluginDirs: z.nullish(z.array(z.string())),
  PluginConfDir: z.nullish(z.string()),
  PluginMaxConfNum: z.nullish(z.number()),
  Networks: z.nullish(
    z.array(
      z.object({
        Config: z.nullish(
          z.object({
            Name: z.nullish(z.string()),
            Plugins: z.nullish(z.array(z.object({ Network: z.nullish(z.object({ type: z.nullish(z.string()) })) }))),
          }),
        ),
      }),
    ),
  ),
})

/** `info.config` of containerd's verbose status; only the CNI paths matter. */
export const criConfigInfoSchema = z.object({
  cni: z.nullish(
    z.object({
      binDir: z.nullish(z.string()),
      binDirs: z.nullish(z.array(z.string())),
      confDir: z.nullish(z.string()),
      maxConfNum: z.nullish(z.number()),
    }),
  ),
})

/** Validates a reply of the runtime. */
export function parseReply<T>(schema: z.ZodMiniType<T>, reply: unknown): Reading<T> {
  const result = z.safeParse(schema, reply)
  return result.success
    ? ok(result.data)
    : unavailable('malformed', `the runtime's reply has another shape: ${firstIssue(result.error)}`)
}
