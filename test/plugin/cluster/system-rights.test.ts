import { expect, test } from 'vitest'
import { systemRights } from '../../../plugin/cluster/system-rights.ts'
import { resources } from '../../../plugin/kube/port.ts'
import { listFile, readPart } from '../../support/read-part.ts'

const workload = (name: string, image: string) => ({
  metadata: { name, namespace: 'kube-system' },
  spec: { template: { spec: { serviceAccountName: name, containers: [{ name, image }] } } },
})
const binding = (name: string, subject: object) => ({
  metadata: { name },
  roleRef: { kind: 'ClusterRole', name: 'system:coredns' },
  subjects: [subject],
})
const account = { kind: 'ServiceAccount', namespace: 'kube-system', name: 'coredns' }
const rules = [{ apiGroups: [''], resources: ['services'], verbs: ['list', 'watch'] }]

const files = (bindings: readonly unknown[], roles: readonly unknown[], accounts: readonly unknown[]) => ({
  ...listFile(resources.daemonsets, []),
  ...listFile(resources.deployments, [workload('coredns', 'coredns/coredns:1.11'), workload('shop', 'nginx')]),
  ...listFile(resources.clusterrolebindings, bindings),
  ...listFile(resources.clusterroles, roles),
  ...listFile(resources.serviceaccounts, accounts),
})
const role = { metadata: { name: 'system:coredns' }, rules }
const itself = { metadata: { name: 'coredns', namespace: 'kube-system' } }

test('accounts of network components come with the rules of the roles that they are bound to', async () => {
  const bindings = [binding('dns', account), binding('other', { ...account, name: 'x' })]
  expect(await readPart(systemRights, files(bindings, [role], [itself]))).toMatchObject({
    value: [
      {
        namespace: 'kube-system',
        name: 'coredns',
        workload: 'Deployment kube-system/coredns',
        account: { status: 'ok' },
        roles: [{ binding: 'dns', name: 'system:coredns', rules: { value: rules } }],
      },
    ],
  })
})

test('a binding by the name of the user or by the group of the namespace counts as well', async () => {
  const user = binding('user', { kind: 'User', name: 'system:serviceaccount:kube-system:coredns' })
  const group = binding('group', { kind: 'Group', name: 'system:serviceaccounts:kube-system' })
  const reading = await readPart(systemRights, files([user, group], [role], [itself]))
  expect(reading).toMatchObject({ value: [{ roles: [{ binding: 'user' }, { binding: 'group' }] }] })
})

test('a role and an account that are gone are missing', async () => {
  expect(await readPart(systemRights, files([binding('dns', account)], [], []))).toMatchObject({
    value: [{ account: { reason: 'missing' }, roles: [{ rules: { reason: 'missing' } }] }],
  })
})

test('without the bindings nothing is said', async () => {
  const { 'cluster/resources/rbac.authorization.k8s.io/v1/clusterrolebindings.json': _, ...rest } = files([], [], [])
  expect(await readPart(systemRights, rest)).toMatchObject({ reason: 'not-recorded' })
})
