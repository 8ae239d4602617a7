import { type KubeObject, textOf } from '../api/object.ts'
import { apiPort } from './loopback-services.ts'
import type { ContainerSpec } from './pod-spec.ts'

/** Environment of a container: values, and fields of its pod by the downward API. */
export function environmentOf(pod: KubeObject, { env = [] }: ContainerSpec): Record<string, string> {
  const entries = env.map(({ name, value, valueFrom }) => [
    name,
    valueFrom?.fieldRef ? fieldText(pod, valueFrom.fieldRef.fieldPath) : (value ?? ''),
  ])
  const service = { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(apiPort) }
  return { HOSTNAME: textOf(pod, 'spec.nodeName'), ...service, ...Object.fromEntries(entries) }
}

const fieldText = (pod: KubeObject, path: string): string => textOf(pod, path)
