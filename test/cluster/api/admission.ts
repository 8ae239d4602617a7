import { ApiFailure, refused } from './api-error.ts'
import type { Faults } from './faults.ts'
import type { Manifest } from './object.ts'
import { podSecurityViolations } from './pod-security.ts'
import { type ResourceType, typeNamed } from './resources.ts'
import type { Store } from './store.ts'

/** Runs webhooks and Pod Security on an object. Throws ApiFailure 403. */
export function admit(
  { store, faults }: { store: Store; faults: Faults },
  type: ResourceType,
  manifest: Manifest,
): void {
  for (const { name, message, resources } of faults.webhooks) {
    if (resources.includes(type.plural))
      throw new ApiFailure(403, 'Forbidden', `admission webhook "${name}" denied the request: ${message}`)
  }
  if (type.plural !== 'pods') return
  const { namespace = '', name, generateName = '' } = manifest.metadata
  const labels = store.find(typeNamed('namespaces'), { name: namespace })?.metadata.labels ?? {}
  const level = labels['pod-security.kubernetes.io/enforce'] ?? 'privileged'
  const violations = podSecurityViolations(level, manifest)
  if (violations.length === 0) return
  throw refused(type, name ?? generateName, `violates PodSecurity "${level}:latest": ${violations.join(', ')}`)
}
