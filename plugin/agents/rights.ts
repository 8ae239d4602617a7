import { type Access, resources } from '../kube/port.ts'

/** Every right that a run uses in the namespace of the agents. `manifests/user-rbac.yaml` grants the same. */
export function rightsNeeded(namespace: string): readonly Access[] {
  const on = (resource: Access['resource'], verbs: readonly string[], subresource?: string): readonly Access[] =>
    verbs.map(verb => ({ verb, resource, namespace, ...(subresource === undefined ? {} : { subresource }) }))
  return [
    ...on(resources.jobs, ['create', 'patch', 'delete', 'list']),
    ...on(resources.daemonsets, ['create', 'delete', 'list']),
    ...on(resources.secrets, ['create', 'delete']),
    ...on(resources.configmaps, ['create', 'delete']),
    ...on(resources.pods, ['list', 'watch']),
    ...on(resources.pods, ['get'], 'log'),
    // From 1.35 on a port-forward needs both.
    ...on(resources.pods, ['get', 'create'], 'portforward'),
  ]
}

/** A right as `kubectl auth can-i` writes it: `create pods/portforward`. */
export const describeRight = ({ verb, resource, subresource }: Access): string =>
  `${verb} ${resource.plural}${resource.group ? `.${resource.group}` : ''}${subresource ? `/${subresource}` : ''}`
