import check from '../../../plugin/checks/pol/pol003-policy-without-effect.ts'
import type { NetworkPolicy } from '../../../plugin/cluster/network-policies.ts'
import type { Pod } from '../../../plugin/cluster/pods.ts'
import type { Service } from '../../../plugin/cluster/services.ts'
import { containerPort, containerSpec, matching, pod, policy, service, servicePort } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { snapshot } from '../../support/snapshot.ts'

const web = pod({
  labels: { app: 'web' },
  specs: [containerSpec({ ports: [containerPort(80, { name: 'http' })] })],
})

const given = (one: NetworkPolicy, pods: readonly Pod[] = [web], services: readonly Service[] = []) =>
  snapshot({ cluster: { networkPolicies: [one], pods, deployments: [], services } })

const behind = (targetPort: number | string) => [
  service({ selector: { app: 'web' }, ports: [servicePort(8080, { targetPort })] }),
]
const allowingNumber = (...numbers: readonly number[]) =>
  policy({ ingress: [{ peers: [], ports: numbers.map(port => ({ protocol: 'TCP', port, endPort: null })) }] })

const allowing = (name: string) =>
  policy({ ingress: [{ peers: [], ports: [{ protocol: 'TCP', port: name, endPort: null }] }] })
const fires = { subject: 'cluster', at: 'NetworkPolicy default/policy' }

checkCases(check, {
  fires: [
    {
      name: 'on the port of the service instead of that behind it',
      given: given(allowingNumber(8080), [web], behind(80)),
      ...fires,
    },
    {
      name: 'on the same by the name of the port behind it',
      given: given(allowingNumber(8080), [web], behind('http')),
      ...fires,
    },
    { name: 'on labels that no pod has', given: given(policy({ podSelector: matching({ app: 'wbe' }) })), ...fires },
    { name: 'on a port name that no pod has', given: given(allowing('https')), ...fires },
  ],
  silent: [
    { name: 'on the port behind the service', given: given(allowingNumber(80), [web], behind(80)), answer: 'passed' },
    { name: 'on both ports', given: given(allowingNumber(8080, 80), [web], behind(80)), answer: 'passed' },
    {
      name: 'on a port of no service that pods may use',
      given: given(allowingNumber(9090), [web], behind(80)),
      answer: 'passed',
    },
    { name: 'on an empty selector', given: given(policy()), answer: 'passed' },
    { name: 'on labels of a pod', given: given(policy({ podSelector: matching({ app: 'web' }) })), answer: 'passed' },
    { name: 'on a port name of a pod', given: given(allowing('http')), answer: 'passed' },
    {
      name: 'in a namespace without pods',
      given: given(policy({ podSelector: matching({ app: 'web' }) }), []),
      answer: 'passed',
    },
    {
      name: 'without policies',
      given: snapshot({ cluster: { networkPolicies: [], pods: [] } }),
      answer: 'not-applicable',
    },
  ],
})
