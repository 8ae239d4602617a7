import fc from 'fast-check'
import { expect, test } from 'vitest'
import check from '../../../plugin/checks/pol/pol004-path-denied.ts'
import type { NetworkPolicy, PolicyRule } from '../../../plugin/cluster/network-policies.ts'
import type { Pod } from '../../../plugin/cluster/pods.ts'
import { idleRules } from '../../../plugin/model/idle-rules.ts'
import { evaluateFlow } from '../../../plugin/model/network-policy.ts'
import {
  apiNode,
  container,
  containerPort,
  containerSpec,
  daemonPod,
  matching,
  namespace,
  pod,
  policy,
  service,
  servicePort,
} from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { snapshot } from '../../support/snapshot.ts'

const listening = (name: string, ip: string) =>
  pod({
    name,
    labels: { app: name },
    ips: [ip],
    specs: [containerSpec({ ports: [containerPort(8080, { name: 'http' })] })],
  })
const web = listening('web', '10.244.1.2')
const db = listening('db', '10.244.1.3')
const cron = listening('cron', '10.244.1.4')
const calico = daemonPod('calico/node:v3.30', 'calico-node')

/** Service `default/db` of port 80 for port 8080 of the pods. */
const dbService = service({ name: 'db', selector: { app: 'db' }, ports: [servicePort(80, { targetPort: 'http' })] })

interface Given {
  readonly engine?: Pod
  readonly pods?: readonly Pod[]
}
const given = (policies: readonly NetworkPolicy[], { engine = calico, pods = [web, db, cron] }: Given = {}) =>
  snapshot({
    cluster: {
      networkPolicies: policies,
      pods: [...pods, engine],
      nodes: [apiNode()],
      services: [dbService],
      namespaces: [namespace('default')],
    },
  })

const toPods = (app: string) => ({ ipBlock: null, namespaceSelector: null, podSelector: matching({ app }) })
const tcp = (port: number | string) => ({ protocol: 'TCP', port, endPort: null })
const rule = (app: string, ...ports: readonly (number | string)[]): PolicyRule => ({
  peers: [toPods(app)],
  ports: ports.map(tcp),
})
const egress = (app: string, ...rules: readonly PolicyRule[]) =>
  policy({ name: `${app}-out`, podSelector: matching({ app }), types: ['Egress'], egress: rules })
const ingress = (app: string, ...rules: readonly PolicyRule[]) =>
  policy({ name: `${app}-in`, podSelector: matching({ app }), ingress: rules })
const toAddress = (cidr: string): PolicyRule => ({
  peers: [{ ipBlock: { cidr, except: [] }, namespaceSelector: null, podSelector: null }],
  ports: [tcp(80)],
})
const failing = { ...web, ready: false, containers: [container({ ready: false, restarts: 4 })] }

const warned = { subject: 'default/web', severity: 'warning' } as const

checkCases(check, {
  fires: [
    {
      name: 'where egress is allowed and the other end denies it',
      given: given([egress('web', rule('db', 8080)), ingress('db', rule('cron'))]),
      ...warned,
      at: 'NetworkPolicy default/db-in',
    },
    {
      name: 'where ingress is allowed and the other end may not leave',
      given: given([ingress('db', rule('web', 'http')), egress('web', rule('cron', 8080))]),
      ...warned,
      at: 'NetworkPolicy default/web-out',
    },
    {
      name: 'on the port of the service instead of that behind it',
      given: given([egress('web', rule('db', 80))]),
      ...warned,
      at: 'NetworkPolicy default/web-out',
    },
    {
      name: 'on the address of the service instead of its pods',
      given: given([egress('web', toAddress('10.96.0.20/32'))]),
      ...warned,
      at: 'NetworkPolicy default/web-out',
    },
    {
      name: 'as an error where the pods that cannot connect are not ready',
      given: given([egress('web', rule('db', 80))], { pods: [failing, db] }),
      subject: 'default/web',
      at: 'NetworkPolicy default/web-out',
    },
  ],
  silent: [
    {
      name: 'where both ends allow it',
      given: given([egress('web', rule('db', 8080)), ingress('db', rule('web', 8080))]),
      answer: 'passed',
    },
    {
      name: 'on what is denied and nobody wrote a rule for',
      given: given([egress('cron'), ingress('db', rule('web'))]),
      answer: 'passed',
    },
    {
      name: 'where a part gets through',
      given: given([egress('web', rule('db', 8080, 9187)), ingress('db', rule('web', 8080))]),
      answer: 'passed',
    },
    {
      name: 'where a rule is for all pods and some of them get through',
      given: given([
        policy({ name: 'all-out', types: ['Egress'], egress: [rule('db', 8080)] }),
        ingress('db', rule('web')),
      ]),
      answer: 'passed',
    },
    {
      name: 'on a service’s port where the pods declare it too',
      given: given([egress('web', rule('db', 80))], {
        pods: [
          web,
          { ...db, specs: [containerSpec({ ports: [containerPort(8080, { name: 'http' }), containerPort(80)] })] },
        ],
      }),
      answer: 'passed',
    },
    {
      name: 'on a service’s port where the one behind it is allowed too',
      given: given([egress('web', rule('db', 80, 8080))]),
      answer: 'passed',
    },
    {
      name: 'on a service’s address where its pods are allowed too',
      given: given([egress('web', toAddress('10.96.0.20/32'), rule('db', 8080))]),
      answer: 'passed',
    },
    {
      name: 'on a rule for addresses in general',
      given: given([egress('web', toAddress('10.96.0.0/12'))]),
      answer: 'passed',
    },
    {
      name: 'where an engine looks before services are translated',
      given: given([egress('web', rule('db', 80))], {
        engine: daemonPod('eks/aws-network-policy-agent:v1.2', 'aws-node', {
          specs: [containerSpec({ image: 'aws-network-policy-agent:v1.2', command: ['--enable-network-policy=true'] })],
        }),
      }),
      answer: 'passed',
    },
    {
      name: 'where nothing enforces',
      given: given([egress('web', rule('db', 80))], { engine: daemonPod('flannel/flannel:v0.26', 'flannel') }),
      answer: 'not-applicable',
    },
    { name: 'without policies', given: given([]), answer: 'not-applicable' },
  ],
})

const apps = ['web', 'db', 'cron'] as const
const rules = fc.array(
  fc
    .tuple(fc.constantFrom(...apps), fc.subarray([80, 8080, 'http'] as const))
    .map(([app, ports]) => rule(app, ...ports)),
  { maxLength: 2 },
)
const policies = fc.array(
  fc.tuple(fc.constantFrom(...apps, null), fc.constantFrom('Ingress', 'Egress'), rules).map(([app, type, given]) =>
    policy({
      name: `${app}-${type}`,
      podSelector: matching(app === null ? {} : { app }),
      types: [type],
      ...(type === 'Ingress' ? { ingress: given } : { egress: given }),
    }),
  ),
  { maxLength: 4 },
)

test('of each rule that is named every connection to a pod’s own port is denied by the specification', () => {
  fc.assert(
    fc.property(policies, given => {
      const scene = { policies: given, namespaces: [namespace('default')] }
      const found = idleRules({ scene, pods: [web, db, cron], services: [dbService], isAfterTranslation: true })
      for (const { flow, deniedBy } of found) {
        expect(evaluateFlow(flow, scene).allowed).toBe(false)
        expect(deniedBy.length).toBeGreaterThan(0)
      }
    }),
    { numRuns: 150 },
  )
})
