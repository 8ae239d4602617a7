import check from '../../../plugin/checks/svc/svc001-selector-matches-no-pod.ts'
import type { Deployment } from '../../../plugin/cluster/deployments.ts'
import type { Pod } from '../../../plugin/cluster/pods.ts'
import type { Service } from '../../../plugin/cluster/services.ts'
import { unavailable } from '../../../shared/reading.ts'
import { daemonSet, dnsService, pod, service } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { type GivenCluster, snapshot } from '../../support/snapshot.ts'

const given = (wanted: Service, pods: readonly Pod[], workloads: Partial<GivenCluster> = {}) =>
  snapshot({ cluster: { services: [wanted], pods, deployments: [], daemonSets: [], statefulSets: [], ...workloads } })

const labelled = (labels: Readonly<Record<string, string>>, change: Partial<Pod> = {}) => pod({ labels, ...change })

const deployment = (desired: number, podLabels: Readonly<Record<string, string>>): Deployment => {
  const { updated: _, ...common } = daemonSet('web', 'web:1', { namespace: 'default', desired, podLabels })
  return { ...common, available: 0 }
}

checkCases(check, {
  fires: [
    {
      name: 'on another value',
      given: given(service({ selector: { app: 'web-v2' } }), [labelled({ app: 'web' })]),
      subject: 'default/web',
      at: 'Pod default/web-1',
    },
    {
      name: 'on the value under another key',
      given: given(service({ selector: { name: 'web' } }), [labelled({ app: 'web' })]),
      subject: 'default/web',
      at: 'Pod default/web-1',
    },
    {
      name: 'on one of several labels that is missing',
      given: given(service({ selector: { app: 'web', release: 'blue' } }), [
        labelled({ app: 'web', instance: 'blue' }),
      ]),
      subject: 'default/web',
      at: 'Pod default/web-1',
    },
    {
      name: 'as a note on what is scaled to 0',
      given: given(service(), [], { deployments: [deployment(0, { app: 'web' })] }),
      subject: 'default/web',
      at: 'Deployment default/web',
      severity: 'info',
    },
    {
      name: 'as a note on a database that is scaled to 0',
      given: given(service(), [], { statefulSets: [deployment(0, { app: 'web' })] }),
      subject: 'default/web',
      at: 'StatefulSet default/web',
      severity: 'info',
    },
    {
      name: 'on a deployment that has no pod',
      given: given(service(), [], { deployments: [deployment(2, { app: 'web' })] }),
      subject: 'default/web',
      at: 'Deployment default/web',
    },
    {
      name: 'as a warning where nobody holds the role',
      given: given(service({ selector: { app: 'web', role: 'master' } }), [labelled({ app: 'web', role: 'replica' })]),
      subject: 'default/web',
      at: 'Service default/web',
      severity: 'warning',
    },
    {
      name: 'as a warning where nothing comes near',
      given: given(service(), [labelled({ tier: 'batch' })]),
      subject: 'default/web',
      at: 'Service default/web',
      severity: 'warning',
    },
  ],
  silent: [
    { name: 'on a selector that matches', given: given(service(), [labelled({ app: 'web' })]), answer: 'passed' },
    { name: 'without a selector', given: given(service({ selector: null }), []), answer: 'passed' },
    {
      name: 'on pods that have finished',
      given: given(service(), [labelled({ app: 'web' }, { phase: 'Succeeded', ready: false })]),
      answer: 'passed',
    },
    { name: 'on the cluster’s DNS, which DNS005 judges', given: given(dnsService(), []), answer: 'passed' },
    {
      name: 'where it was not read what may be scaled to 0',
      given: given(service(), [], { statefulSets: unavailable('denied', 'statefulsets is forbidden') }),
      answer: 'not-run',
    },
    {
      name: 'when pods were not read',
      given: snapshot({ cluster: { services: [service()] } }),
      answer: 'not-run',
    },
  ],
})
