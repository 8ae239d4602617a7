import * as z from 'zod/mini'
import { isOk, mapReading, ok, type Reading, unavailable } from '../../shared/reading.ts'
import { defineClusterPart, metadataSchema, project } from '../kube/cluster-part.ts'
import { listOf, strings, text } from '../kube/fields.ts'
import { type Kube, resources } from '../kube/port.ts'
import { componentOf } from '../model/components.ts'
import { daemonSets } from './daemon-sets.ts'
import { deployments } from './deployments.ts'

/** An RBAC rule of a role. */
export interface PolicyRuleOfRole {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
  readonly resourceNames: readonly string[]
  readonly nonResourceURLs: readonly string[]
}

/** A ClusterRole bound cluster-wide to a system account; `rules` is `missing` when the role does not exist. */
export interface BoundRole {
  readonly binding: string
  readonly name: string
  readonly rules: Reading<readonly PolicyRuleOfRole[]>
}

/** The account under which a network component runs. */
export interface SystemAccount {
  readonly namespace: string
  readonly name: string
  /** Workload that uses it, such as `Deployment kube-system/coredns`. */
  readonly workload: string
  /** `missing` where the account does not exist. */
  readonly account: Reading<true>
  readonly roles: readonly BoundRole[]
}

const ruleSchema = z.object({
  apiGroups: strings,
  resources: strings,
  verbs: strings,
  resourceNames: strings,
  nonResourceURLs: strings,
})
const bindingSchema = z.object({
  metadata: metadataSchema,
  roleRef: z.object({ kind: z.string(), name: z.string() }),
  subjects: listOf(z.object({ kind: text, name: text, namespace: text })),
})
type Binding = z.infer<typeof bindingSchema>

/** Service accounts, bindings and roles of DNS, kube-proxy and CNI workloads. */
export const systemRights = defineClusterPart<readonly SystemAccount[]>({
  collect: async kube => {
    const accounts = await componentAccounts(kube)
    if (!isOk(accounts)) return accounts
    const bindings = await project(kube, {
      resource: resources.clusterrolebindings,
      schema: bindingSchema,
      change: (binding: Binding) => binding,
    })
    if (!isOk(bindings)) return bindings
    return ok(await Promise.all(accounts.value.map(account => complete(kube, account, bindings.value))))
  },
})

type Account = Pick<SystemAccount, 'namespace' | 'name' | 'workload'>

async function componentAccounts(kube: Kube): Promise<Reading<readonly Account[]>> {
  const [daemons, replicated] = await Promise.all([daemonSets.collect(kube), deployments.collect(kube)])
  if (!isOk(daemons)) return daemons
  return mapReading(replicated, deployed => {
    const accounts = [
      ...daemons.value.map(workload => ({ kind: 'DaemonSet', workload })),
      ...deployed.map(workload => ({ kind: 'Deployment', workload })),
    ].flatMap(({ kind, workload }): Account[] => {
      const { namespace, name, podLabels, containers, serviceAccount } = workload
      if (componentOf({ labels: podLabels, containers, names: [name] }) === null) return []
      return [{ namespace, name: serviceAccount, workload: `${kind} ${namespace}/${name}` }]
    })
    return [...new Map(accounts.map(account => [`${account.namespace}/${account.name}`, account])).values()]
  })
}

async function complete(kube: Kube, account: Account, bindings: readonly Binding[]): Promise<SystemAccount> {
  const { namespace, name } = account
  const bound = bindings.filter(({ subjects }) => (subjects ?? []).some(subject => isAccount(subject, account)))
  const [found, roles] = await Promise.all([
    kube.get(resources.serviceaccounts, { namespace, name }),
    Promise.all(bound.map(binding => boundRole(kube, binding))),
  ])
  return { ...account, account: mapReading(found, () => true as const), roles }
}

const isAccount = (subject: NonNullable<Binding['subjects']>[number], { namespace, name }: Account): boolean =>
  (subject.kind === 'ServiceAccount' && subject.namespace === namespace && subject.name === name) ||
  (subject.kind === 'User' && subject.name === `system:serviceaccount:${namespace}:${name}`) ||
  (subject.kind === 'Group' &&
    ['system:serviceaccounts', `system:serviceaccounts:${namespace}`].includes(subject.name ?? ''))

async function boundRole(kube: Kube, { metadata, roleRef }: Binding): Promise<BoundRole> {
  const object = await kube.get(resources.clusterroles, { name: roleRef.name })
  return { binding: metadata.name, name: roleRef.name, rules: isOk(object) ? rulesOf(object.value) : object }
}

function rulesOf(role: unknown): BoundRole['rules'] {
  const parsed = z.safeParse(z.object({ rules: listOf(ruleSchema) }), role)
  return parsed.success
    ? ok((parsed.data.rules ?? []).map(toRule))
    : unavailable('malformed', `a ClusterRole: ${z.prettifyError(parsed.error)}`)
}

const toRule = (rule: z.infer<typeof ruleSchema>): PolicyRuleOfRole => ({
  apiGroups: rule.apiGroups ?? [],
  resources: rule.resources ?? [],
  verbs: rule.verbs ?? [],
  resourceNames: rule.resourceNames ?? [],
  nonResourceURLs: rule.nonResourceURLs ?? [],
})
