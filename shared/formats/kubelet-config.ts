import * as z from 'zod/mini'
import { isOk, mapReading, ok, type Reading, unavailable } from '../reading.ts'
import { flagValue } from './flags.ts'
import { parseJsonWith } from './parse-json.ts'
import { readTopLevel, topLevelKeys, type YamlValue } from './top-level-yaml.ts'

/** Relevant settings of a KubeletConfiguration; null where the kubelet's default applies. */
export const kubeletSettingsSchema = z.object({
  clusterDNS: z.array(z.string()),
  clusterDomain: z.nullable(z.string()),
  resolvConf: z.nullable(z.string()),
  maxPods: z.nullable(z.number()),
  hairpinMode: z.nullable(z.string()),
  containerRuntimeEndpoint: z.nullable(z.string()),
  /** Unknown keys in the files that look like DNS settings; absent when there are none. */
  strayKeys: z.optional(z.array(z.string())),
})
export type KubeletSettings = z.infer<typeof kubeletSettingsSchema>

/** Reads a KubeletConfiguration (kubelet.config.k8s.io/v1beta1) in YAML or JSON. Never throws. */
export function parseKubeletConfig(text: string): Reading<KubeletSettings> {
  const values = text.trimStart().startsWith('{') ? readJson(text) : readTopLevel(text, [...keys, 'kind'])
  if (!isOk(values)) return values
  if (values.value.get('kind') !== 'KubeletConfiguration') {
    return unavailable('malformed', 'the file is no KubeletConfiguration')
  }
  const stray = strayKeysOf(text)
  return mapReading(toSettings(values.value), settings =>
    stray.length > 0 ? { ...settings, strayKeys: stray } : settings,
  )
}

/**
 * A kubelet with an unknown key logs once that it decodes leniently, and continues without it. Source:
 * pkg/kubelet/kubeletconfig/util/codec.
 */
function strayKeysOf(text: string): string[] {
  const names = text.trimStart().startsWith('{') ? keysOfJson(text) : topLevelKeys(text)
  return names.filter(name => ofDns.test(name) && !keys.some(key => key === name)).slice(0, mostStray)
}

/** Matches DNS settings of KubeletConfiguration, including misspelt ones. */
const ofDns = /d[ns][ns]|doma?i|reso|resl/i
const mostStray = 10

function keysOfJson(text: string): readonly string[] {
  const object = parseJsonWith(z.record(z.string(), z.unknown()), { text, what: "the kubelet's configuration" })
  return isOk(object) ? Object.keys(object.value).map(name => name.slice(0, 100)) : []
}

/** Applies command line flags, which override the file. */
export function overrideSettings(settings: KubeletSettings, args: readonly string[]): KubeletSettings {
  const dns = flagValue(args, 'cluster-dns')
  const maxPods = flagValue(args, 'max-pods')
  return {
    clusterDNS: dns === null ? settings.clusterDNS : dns.split(',').filter(Boolean),
    clusterDomain: flagValue(args, 'cluster-domain') ?? settings.clusterDomain,
    resolvConf: flagValue(args, 'resolv-conf') ?? settings.resolvConf,
    maxPods: maxPods !== null && /^\d{1,9}$/.test(maxPods) ? Number(maxPods) : settings.maxPods,
    hairpinMode: flagValue(args, 'hairpin-mode') ?? settings.hairpinMode,
    containerRuntimeEndpoint: flagValue(args, 'container-runtime-endpoint') ?? settings.containerRuntimeEndpoint,
  }
}

/** Settings of a kubelet without file and flags. */
export const noSettings: KubeletSettings = {
  clusterDNS: [],
  clusterDomain: null,
  resolvConf: null,
  maxPods: null,
  hairpinMode: null,
  containerRuntimeEndpoint: null,
}

const keys = [
  'clusterDNS',
  'clusterDomain',
  'resolvConf',
  'maxPods',
  'hairpinMode',
  'containerRuntimeEndpoint',
] as const

const scalar = z.nullish(z.union([z.string(), z.number()]))
const jsonSchema = z.object({
  kind: scalar,
  clusterDNS: z.nullish(z.array(z.string())),
  clusterDomain: scalar,
  resolvConf: scalar,
  maxPods: scalar,
  hairpinMode: scalar,
  containerRuntimeEndpoint: scalar,
})

const readJson = (text: string): Reading<ReadonlyMap<string, YamlValue>> =>
  mapReading(parseJsonWith(jsonSchema, { text, what: "the kubelet's configuration" }), object => {
    const entries = Object.entries(object).map(
      ([key, value]) => [key, typeof value === 'number' ? String(value) : (value ?? null)] as const,
    )
    return new Map<string, YamlValue>(entries)
  })

function toSettings(values: ReadonlyMap<string, YamlValue>): Reading<KubeletSettings> {
  const text = (key: (typeof keys)[number]): string | null => {
    const value = values.get(key)
    return typeof value === 'string' ? value : null
  }
  const dns = values.get('clusterDNS') ?? []
  const maxPods = text('maxPods')
  if (typeof dns === 'string') return unavailable('malformed', 'clusterDNS is no list')
  if (maxPods !== null && !/^\d{1,9}$/.test(maxPods)) return unavailable('malformed', 'maxPods is no number')
  return ok({
    clusterDNS: [...dns],
    clusterDomain: text('clusterDomain'),
    resolvConf: text('resolvConf'),
    maxPods: maxPods === null ? null : Number(maxPods),
    hairpinMode: text('hairpinMode'),
    containerRuntimeEndpoint: text('containerRuntimeEndpoint'),
  })
}
