import { apiVersionOf, type ResourceType, resourceTypes } from './resources.ts'

/** Version that this server says it is. */
const serverVersion = {
  major: '1',
  minor: '36',
  gitVersion: 'v1.36.2',
  gitCommit: '0000000000000000000000000000000000000000',
  gitTreeState: 'clean',
  buildDate: '2026-08-21T00:00:00Z',
  goVersion: 'go1.26.10',
  compiler: 'gc',
  platform: 'linux/amd64',
}

/** The response for a discovery path; undefined for any other path. */
export function discover(path: string, address: string): unknown {
  if (path === '/version') return serverVersion
  if (path === '/api') return coreVersions(address)
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(groupOf) }
  const [, apiVersion] = /^\/(?:api|apis)\/(v1|[^/]+\/v\d\w*)$/.exec(path) ?? []
  if (apiVersion === undefined) return groups.map(groupOf).find(({ name }) => path === `/apis/${name}`)
  const types = resourceTypes.filter(type => apiVersionOf(type) === apiVersion)
  if (types.length > 0) return resourceList(apiVersion, types.flatMap(entriesOf).sort(byName))
  return apiVersion === reviews.groupVersion ? resourceList(apiVersion, reviews.resources) : undefined
}

const reviews = {
  groupVersion: 'authorization.k8s.io/v1',
  resources: [
    {
      name: 'selfsubjectaccessreviews',
      singularName: 'selfsubjectaccessreview',
      namespaced: false,
      kind: 'SelfSubjectAccessReview',
      verbs: ['create'],
    },
  ],
}

const groups = [...new Set(resourceTypes.filter(({ group }) => group !== '').map(apiVersionOf)), reviews.groupVersion]

function groupOf(groupVersion: string) {
  const [name = '', version = ''] = groupVersion.split('/')
  const entry = { groupVersion, version }
  return { name, versions: [entry], preferredVersion: entry }
}

const coreVersions = (address: string) => ({
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }],
})

const resourceList = (groupVersion: string, resources: readonly unknown[]) => ({
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion,
  resources,
})

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']

const byName = (a: { readonly name: string }, b: { readonly name: string }) => (a.name < b.name ? -1 : 1)

const status = ['status', ['get', 'patch', 'update']] as const

const subresources: Readonly<Record<string, readonly (readonly [string, readonly string[]])[]>> = {
  ...Object.fromEntries(
    ['daemonsets', 'deployments', 'replicasets', 'statefulsets', 'jobs', 'cronjobs', 'namespaces', 'services'].map(
      plural => [plural, [status]],
    ),
  ),
  pods: [['log', ['get']], ['portforward', ['create', 'get']], status],
  nodes: [['proxy', ['create', 'delete', 'get', 'patch', 'update']], status],
}

function entriesOf({ plural, singular, namespaced, kind, shortNames }: ResourceType) {
  const own = { name: plural, singularName: singular, namespaced, kind, verbs }
  const below = (subresources[plural] ?? []).map(([name, verbs]) => ({
    name: `${plural}/${name}`,
    singularName: '',
    namespaced,
    kind,
    verbs,
  }))
  return [shortNames.length > 0 ? { ...own, shortNames } : own, ...below]
}
