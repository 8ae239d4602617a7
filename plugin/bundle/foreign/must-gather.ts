import { type Resource, resources } from '../../kube/port.ts'
import type { Content, DumpKind } from './kind.ts'

/** Lists of one namespace by group and resource. Source: openshift/oc pkg/cli/admin/inspect. */
const lists: ReadonlyMap<string, Resource> = new Map<string, Resource>(
  [
    ...[resources.pods, resources.events, resources.services, resources.endpoints, resources.configmaps],
    ...[resources.daemonsets, resources.deployments, resources.endpointslices, resources.networkpolicies],
    ...[resources.roles, resources.rolebindings, resources.serviceaccounts, resources.jobs],
  ].map((resource: Resource) => [`${resource.group || 'core'}/${resource.plural}`, resource]),
)

/** Folders with a file for each object. */
const objects: ReadonlyMap<string, Resource> = new Map<string, Resource>([
  ['core/nodes', resources.nodes],
  ['core/namespaces', resources.namespaces],
  ['rbac.authorization.k8s.io/clusterroles', resources.clusterroles],
  ['rbac.authorization.k8s.io/clusterrolebindings', resources.clusterrolebindings],
])

/** What `oc adm must-gather` and `oc adm inspect` write for one image. */
export const mustGather: DumpKind = {
  name: 'must-gather',
  isKind: paths =>
    [...paths].some(path =>
      /^(?:cluster-scoped-resources\/core\/nodes\/[^/]+|namespaces\/[^/]+\/core\/[a-z]+)\.yaml$/.test(path),
    ),
  contentOf: path => {
    const [top, ...steps] = path.split('/')
    if (top === 'cluster-scoped-resources') return objectOf(steps)
    if (top !== 'namespaces') return null
    return steps[1] === 'pods' ? logOf(steps) : listOf(steps)
  },
  lacks: 'host and network logs in it are not understood',
}

function objectOf([group, plural, file, ...rest]: readonly string[]): Content | null {
  const resource = objects.get(`${group}/${plural}`)
  const isObject = file?.endsWith('.yaml') === true && rest.length === 0
  return resource && isObject ? { holds: 'objects', resource, namespace: null } : null
}

function listOf([namespace = '', group, file, ...rest]: readonly string[]): Content | null {
  const plural = /^([a-z]+)\.yaml$/.exec(file ?? '')?.[1]
  const resource = lists.get(`${group}/${plural}`)
  return resource && rest.length === 0 ? { holds: 'objects', resource, namespace } : null
}

/** `NAMESPACE/pods/POD/CONTAINER/CONTAINER/logs/current.log`. */
function logOf([namespace = '', , pod = '', container = '', , logs, file]: readonly string[]): Content | null {
  const previous = file === 'previous.log'
  const isLog = logs === 'logs' && (previous || file === 'current.log' || file === 'current.insecure.log')
  return isLog ? { holds: 'log', log: { namespace, pod, container, previous } } : null
}
