import * as z from 'zod/mini'
import { isNetworkSetting } from '../../shared/network-settings.ts'
import { count, flag, intOrName, listOf, maybe, strings, text } from './fields.ts'

/** A liveness, readiness or startup probe. */
export interface Probe {
  /** `http`, `tcp`, `grpc`, or `exec`. */
  readonly kind: 'http' | 'tcp' | 'grpc' | 'exec'
  /** Path of an HTTP probe, service of a gRPC one; empty otherwise. */
  readonly path: string
  /** Number or name of a container's port; null for `exec`. */
  readonly port: number | string | null
  /** Address to probe instead of the pod's; empty for the pod's own. */
  readonly host: string
  /** First words of an `exec` probe. */
  readonly command: readonly string[]
}

/** A volume mount of a container. */
export interface VolumeMount {
  readonly volume: string
  readonly path: string
  readonly subPath: string
}

/** A container's spec as far as checks need it; environment values are kept for network settings only. */
export interface ContainerSpec {
  readonly name: string
  readonly image: string
  /** Command and arguments. */
  readonly command: readonly string[]
  readonly ports: readonly {
    readonly name: string
    readonly containerPort: number
    readonly hostPort: number | null
    readonly protocol: string
  }[]
  readonly readiness: Probe | null
  readonly liveness: Probe | null
  readonly startup: Probe | null
  /**
   * Proxy settings, `KUBERNETES_SERVICE_*`, and the settings of CNI containers; null for a value taken from another
   * object.
   */
  readonly env: Readonly<Record<string, string | null>>
  readonly mounts: readonly VolumeMount[]
  /** As written, such as `170Mi`; null without a limit. */
  readonly memoryLimit: string | null
  readonly allowPrivilegeEscalation: boolean | null
  readonly runAsUser: number | null
  readonly addedCapabilities: readonly string[]
  readonly droppedCapabilities: readonly string[]
}

const probe = z.object({
  httpGet: maybe(z.object({ path: text, port: intOrName, host: text })),
  tcpSocket: maybe(z.object({ port: intOrName, host: text })),
  grpc: maybe(z.object({ port: count, service: text })),
  exec: maybe(z.object({ command: strings })),
})

export const containerSpecSchema = z.object({
  name: z.string(),
  image: text,
  command: strings,
  args: strings,
  ports: listOf(z.object({ name: text, containerPort: z.number(), hostPort: count, protocol: text })),
  readinessProbe: maybe(probe),
  livenessProbe: maybe(probe),
  startupProbe: maybe(probe),
  env: listOf(z.object({ name: z.string(), value: text, valueFrom: maybe(z.unknown()) })),
  volumeMounts: listOf(z.object({ name: z.string(), mountPath: z.string(), subPath: text })),
  resources: maybe(z.object({ limits: maybe(z.object({ memory: maybe(z.union([z.string(), z.number()])) })) })),
  securityContext: maybe(
    z.object({
      allowPrivilegeEscalation: flag,
      runAsUser: count,
      capabilities: maybe(z.object({ add: strings, drop: strings })),
    }),
  ),
})

type Written = z.infer<typeof containerSpecSchema>

/** Converts a container's spec. */
export function toContainerSpec(container: Written): ContainerSpec {
  const { securityContext: security } = container
  const memory = container.resources?.limits?.memory
  return {
    name: container.name,
    image: container.image ?? '',
    command: [...(container.command ?? []), ...(container.args ?? [])],
    ports: (container.ports ?? []).map(({ name, containerPort, hostPort, protocol }) => ({
      name: name ?? '',
      containerPort,
      hostPort: hostPort || null,
      protocol: protocol ?? 'TCP',
    })),
    readiness: toProbe(container.readinessProbe),
    liveness: toProbe(container.livenessProbe),
    startup: toProbe(container.startupProbe),
    env: networkEnv(container.env ?? []),
    mounts: (container.volumeMounts ?? []).map(({ name, mountPath, subPath }) => ({
      volume: name,
      path: mountPath,
      subPath: subPath ?? '',
    })),
    memoryLimit: memory === null || memory === undefined ? null : String(memory),
    allowPrivilegeEscalation: security?.allowPrivilegeEscalation ?? null,
    runAsUser: security?.runAsUser ?? null,
    addedCapabilities: security?.capabilities?.add ?? [],
    droppedCapabilities: security?.capabilities?.drop ?? [],
  }
}

function toProbe(written: z.infer<typeof probe> | null | undefined): Probe | null {
  if (!written) return null
  const { httpGet, tcpSocket, grpc, exec } = written
  const base = { path: '', port: null, host: '', command: [] }
  if (httpGet)
    return { ...base, kind: 'http', path: httpGet.path ?? '/', port: httpGet.port ?? null, host: httpGet.host ?? '' }
  if (tcpSocket) return { ...base, kind: 'tcp', port: tcpSocket.port ?? null, host: tcpSocket.host ?? '' }
  if (grpc) return { ...base, kind: 'grpc', port: grpc.port ?? null, path: grpc.service ?? '' }
  return exec ? { ...base, kind: 'exec', command: exec.command ?? [] } : null
}

function networkEnv(env: NonNullable<Written['env']>): Readonly<Record<string, string | null>> {
  const kept = env.filter(({ name }) => isNetworkSetting(name))
  return Object.fromEntries(
    kept.map(({ name, value, valueFrom }) => [name, valueFrom ? null : withoutLogin(value ?? '')]),
  )
}

/** A proxy URL may contain credentials. */
const withoutLogin = (value: string): string => value.replace(/\/\/[^/@\s]*@/g, '//')
