import * as z from 'zod/mini'
import { valueOr } from '../reading.ts'
import { cniConfigInfoSchema, criConfigInfoSchema, type statusReplySchema } from './cri.ts'
import { parseJsonWith } from './parse-json.ts'

/** A runtime's CNI state from its verbose status. */
export const runtimeCniSchema = z.object({
  configDirectory: z.nullable(z.string()),
  binaryDirectories: z.array(z.string()),
  /** Number of files it loads; 0 means all. */
  maxConfigs: z.nullable(z.number()),
  /** Networks in memory, without the runtime's own loopback. */
  networks: z.array(z.object({ name: z.string(), types: z.array(z.string()) })),
  /** `OK`, or the error of the last attempt to load. */
  loadStatus: z.nullable(z.string()),
})
type RuntimeCni = z.infer<typeof runtimeCniSchema>

/** Reads `info` of a verbose status; null when the runtime reports nothing about CNI (CRI-O, old ones). */
export function readRuntimeCni({ info }: z.infer<typeof statusReplySchema>): RuntimeCni | null {
  const cni = parseInfo(cniConfigInfoSchema, info.cniconfig)
  const config = parseInfo(criConfigInfoSchema, info.config)?.cni
  const loadStatus = info.lastCNILoadStatus ?? null
  if (!cni && !config && loadStatus === null) return null
  return {
    configDirectory: cni?.PluginConfDir || config?.confDir || null,
    binaryDirectories:
      [cni?.PluginDirs, config?.binDirs, [config?.binDir ?? '']].map(present).find(dirs => dirs.length > 0) ?? [],
    maxConfigs: cni?.PluginMaxConfNum ?? config?.maxConfNum ?? null,
    networks: (cni?.Networks ?? []).flatMap(networkOf).filter(({ name }) => name !== 'cni-loopback'),
    loadStatus,
  }
}

/** The runtime's JSON inside its reply has no stable format: anything unexpected is treated as absent. */
function parseInfo<T>(schema: z.ZodMiniType<T>, text: string | undefined): T | null {
  if (text === undefined) return null
  const parsed = parseJsonWith(schema, { text, what: 'info of the status' })
  return valueOr(parsed, null)
}

const present = (paths: readonly string[] | null | undefined): string[] => (paths ?? []).filter(path => path !== '')

type Network = NonNullable<z.infer<typeof cniConfigInfoSchema>['Networks']>[number]

const networkOf = ({ Config }: Network) => [
  {
    name: Config?.Name ?? '',
    types: (Config?.Plugins ?? []).flatMap(({ Network: plugin }) => plugin?.type ?? []),
  },
]
