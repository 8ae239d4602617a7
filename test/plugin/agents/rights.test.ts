import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import * as z from 'zod/mini'
import { describeRight, rightsNeeded } from '../../../plugin/agents/rights.ts'
import type { Resource } from '../../../plugin/kube/port.ts'
import { readCluster } from '../../../plugin/kube/read-cluster.ts'
import { ok, unavailable } from '../../../shared/reading.ts'

const strings = z.array(z.string())
const roleSchema = z.object({
  kind: z.string(),
  rules: z.array(z.object({ apiGroups: strings, resources: strings, verbs: strings })),
})

/** All rights of a role as kubectl auth can-i writes them. */
function granted(kind: string): readonly string[] {
  const text = readFileSync(new URL('../../../manifests/user-rbac.yaml', import.meta.url), 'utf8')
  const documents = parseAllDocuments(text).map(document => z.safeParse(roleSchema, document.toJS()))
  const roles = documents.flatMap(role => (role.success && role.data.kind === kind ? [role.data] : []))
  return roles.flatMap(({ rules }) => rules.flatMap(expand)).sort()
}

const expand = ({ apiGroups, resources, verbs }: z.infer<typeof roleSchema>['rules'][number]): readonly string[] =>
  apiGroups.flatMap(group => resources.flatMap(resource => verbs.map(verb => write(verb, group, resource))))

function write(verb: string, group: string, resource: string): string {
  const [plural, subresource] = resource.split('/')
  return `${verb} ${plural}${group ? `.${group}` : ''}${subresource ? `/${subresource}` : ''}`
}

test('the role in manifests/user-rbac.yaml grants exactly what a run asks for', () => {
  expect(granted('Role')).toEqual(rightsNeeded('kube-system').map(describeRight).sort())
})

/** A network component with a bound account makes the reader ask for the account and its role. */
const objects: Readonly<Record<string, readonly unknown[]>> = {
  daemonsets: [
    {
      metadata: { name: 'kube-proxy', namespace: 'kube-system' },
      spec: { template: { spec: { serviceAccountName: 'kube-proxy', containers: [{ name: 'kube-proxy' }] } } },
    },
  ],
  clusterrolebindings: [
    {
      metadata: { name: 'proxy' },
      roleRef: { kind: 'ClusterRole', name: 'system:node-proxier' },
      subjects: [{ kind: 'ServiceAccount', namespace: 'kube-system', name: 'kube-proxy' }],
    },
  ],
}

test('the cluster role grants exactly what is listed and asked for by name', async () => {
  const listed = new Set<string>()
  const list = async (resource: Resource) => {
    listed.add(write('list', resource.group, resource.plural))
    return ok(objects[resource.plural] ?? [])
  }
  const get = async (resource: Resource) => {
    listed.add(write('get', resource.group, resource.plural))
    return unavailable('missing', '')
  }
  const unasked = async () => unavailable('unsupported', '')
  await readCluster({
    version: async () => ok('v1.36.2'),
    list,
    get,
    configz: unasked,
    readyz: unasked,
    logs: async () => ok(''),
  })
  expect(granted('ClusterRole').filter(right => right !== 'get pods/log')).toEqual([...listed].sort())
})
