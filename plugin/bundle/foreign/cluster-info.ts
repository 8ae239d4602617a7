import { type Resource, resources } from '../../kube/port.ts'
import type { DumpKind } from './kind.ts'

/** Files of one namespace, by their names. Source: kubectl/pkg/cmd/clusterinfo/clusterinfo_dump.go. */
const lists: ReadonlyMap<string, Resource> = new Map<string, Resource>([
  ['events', resources.events],
  ['services', resources.services],
  ['daemonsets', resources.daemonsets],
  ['deployments', resources.deployments],
  ['pods', resources.pods],
])

/** What `kubectl cluster-info dump --output-directory` writes. */
export const clusterInfo: DumpKind = {
  name: 'kubectl cluster-info dump',
  isKind: paths =>
    (paths.has('nodes.json') || paths.has('nodes.yaml')) &&
    [...paths].some(path => /^[^/]+\/replication-controllers\.(?:json|yaml)$/.test(path)),
  contentOf: path => {
    if (/^nodes\.(?:json|yaml)$/.test(path)) return { holds: 'objects', resource: resources.nodes, namespace: null }
    const [namespace = '', name = '', file, ...rest] = path.split('/')
    if (rest.length > 0) return null
    if (file !== undefined) return file === 'logs.txt' ? { holds: 'logs', namespace, pod: name } : null
    const resource = lists.get(/^([a-z]+)\.(?:json|yaml)$/.exec(name)?.[1] ?? '')
    return resource ? { holds: 'objects', resource, namespace } : null
  },
  lacks: 'no EndpointSlices, ConfigMaps, policies or rights',
}
