/** A resource type that this server knows. */
export interface ResourceType {
  readonly group: string
  readonly version: string
  readonly plural: string
  readonly singular: string
  readonly kind: string
  readonly namespaced: boolean
  readonly shortNames: readonly string[]
}

type Row = readonly [plural: string, kind: string, ...shortNames: string[]]

const namespaced: Readonly<Record<string, readonly Row[]>> = {
  v1: [
    ['pods', 'Pod', 'po'],
    ['services', 'Service', 'svc'],
    ['events', 'Event', 'ev'],
    ['secrets', 'Secret'],
    ['configmaps', 'ConfigMap', 'cm'],
    ['serviceaccounts', 'ServiceAccount', 'sa'],
    ['endpoints', 'Endpoints', 'ep'],
  ],
  'apps/v1': [
    ['daemonsets', 'DaemonSet', 'ds'],
    ['deployments', 'Deployment', 'deploy'],
    ['replicasets', 'ReplicaSet', 'rs'],
    ['statefulsets', 'StatefulSet', 'sts'],
  ],
  'batch/v1': [
    ['jobs', 'Job'],
    ['cronjobs', 'CronJob', 'cj'],
  ],
  'discovery.k8s.io/v1': [['endpointslices', 'EndpointSlice']],
  'coordination.k8s.io/v1': [['leases', 'Lease']],
  'networking.k8s.io/v1': [['networkpolicies', 'NetworkPolicy', 'netpol']],
}

const clusterScoped: Readonly<Record<string, readonly Row[]>> = {
  v1: [
    ['nodes', 'Node', 'no'],
    ['namespaces', 'Namespace', 'ns'],
  ],
}

/** Every stored type. Access reviews are answered but not stored. */
export const resourceTypes: readonly ResourceType[] = [...expand(namespaced, true), ...expand(clusterScoped, false)]

export const findType = (group: string, version: string, plural: string): ResourceType | undefined =>
  resourceTypes.find(type => type.group === group && type.version === version && type.plural === plural)

/** A type by its plural name; throws for an unknown one. */
export function typeNamed(plural: string): ResourceType {
  const found = resourceTypes.find(type => type.plural === plural)
  if (!found) throw new Error(`no resource type ${plural}`)
  return found
}

/** The type of objects of a kind, or undefined. */
export const typeOfKind = (apiVersion: string, kind: string): ResourceType | undefined =>
  resourceTypes.find(type => apiVersionOf(type) === apiVersion && type.kind === kind)

export const apiVersionOf = ({ group, version }: ResourceType): string =>
  group === '' ? version : `${group}/${version}`

/** As errors name a type: `jobs.batch`, and `pods` for the legacy group. */
export const qualifiedName = ({ group, plural }: { group: string; plural: string }): string =>
  group === '' ? plural : `${plural}.${group}`

function expand(rows: Readonly<Record<string, readonly Row[]>>, isNamespaced: boolean): ResourceType[] {
  return Object.entries(rows).flatMap(([apiVersion, types]) => {
    const [version = '', group = ''] = apiVersion.split('/').reverse()
    return types.map(([plural, kind, ...shortNames]) => ({
      group,
      version,
      plural,
      kind,
      shortNames,
      singular: kind.toLowerCase(),
      namespaced: isNamespaced,
    }))
  })
}
