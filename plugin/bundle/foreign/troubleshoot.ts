import { type Resource, resources } from '../../kube/port.ts'
import type { Content, DumpKind } from './kind.ts'

/** Folders with a file for each namespace. Source: troubleshoot/pkg/constants. */
const lists: ReadonlyMap<string, Resource> = new Map<string, Resource>([
  ['pods', resources.pods],
  ['services', resources.services],
  ['events', resources.events],
  ['deployments', resources.deployments],
  ['daemonsets', resources.daemonsets],
  ['jobs', resources.jobs],
  ['endpoints', resources.endpoints],
  ['endpointslices', resources.endpointslices],
  ['configmaps', resources.configmaps],
  ['serviceaccounts', resources.serviceaccounts],
  ['network-policy', resources.networkpolicies],
  ['roles', resources.roles],
  ['rolebindings', resources.rolebindings],
])

/** Files with cluster-scoped objects. */
const whole: ReadonlyMap<string, Resource> = new Map<string, Resource>([
  ['nodes', resources.nodes],
  ['namespaces', resources.namespaces],
  ['clusterroles', resources.clusterroles],
  ['clusterrolebindings', resources.clusterrolebindings],
])

/** A support bundle of replicatedhq/troubleshoot. */
export const troubleshoot: DumpKind = {
  name: 'Troubleshoot support bundle',
  isKind: paths => [...paths].some(path => /^cluster-resources\/(?:nodes\.json|pods\/[^/]+\.json)$/.test(path)),
  contentOf: path => {
    if (path === 'cluster-info/cluster_version.json') return { holds: 'version' }
    const [top, ...steps] = path.split('/')
    return top === 'cluster-resources' ? contentOf(steps) : null
  },
  lacks: 'what its host collectors read is not understood',
}

function contentOf([folder = '', ...rest]: readonly string[]): Content | null {
  if (folder === 'pods' && rest[0] === 'logs') return logOf(rest.slice(1))
  const [file] = rest
  if (file === undefined) {
    const resource = whole.get(/^([a-z]+)\.json$/.exec(folder)?.[1] ?? '')
    return resource ? { holds: 'objects', resource, namespace: null } : null
  }
  const namespace = /^(.+)\.json$/.exec(file)?.[1]
  const resource = lists.get(folder)
  return resource && namespace !== undefined && rest.length === 1 ? { holds: 'objects', resource, namespace } : null
}

function logOf([namespace, pod, file, ...rest]: readonly string[]): Content | null {
  const [, name, previous] = /^(.+?)(-previous)?\.log$/.exec(file ?? '') ?? []
  if (namespace === undefined || pod === undefined || name === undefined || rest.length > 0) return null
  if (name.endsWith('-logs-errors')) return null
  return { holds: 'log', log: { namespace, pod, container: name, previous: previous !== undefined } }
}
