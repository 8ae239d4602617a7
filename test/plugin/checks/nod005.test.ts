import check from '../../../plugin/checks/nod/nod005-proxy-catches-cluster-traffic.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { containerSpec, pod, sandboxEvent } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { hostLogs } from '../../support/host-objects.ts'
import { minutesAgo, snapshot } from '../../support/snapshot.ts'

const proxies = (...except: string[]) => ({ http: null, https: 'http://proxy.example:3128', all: null, except })
const given = (settings: ReturnType<typeof proxies>, ...lines: string[]) =>
  snapshot({
    nodes: {
      node1: {
        proxyEnvironment: { processes: ok([{ pid: 7, name: 'kubelet', proxies: ok(settings) }]), units: {} },
        hostLogs: hostLogs('kubelet', lines),
      },
    },
  })
const asked = (host: string, answer: string) => `"Error" err="Get \\"https://${host}:6443/api/v1/nodes/x\\": ${answer}"`

const apiServer = (exceptions: string) =>
  pod({
    namespace: 'kube-system',
    name: 'kube-apiserver-node1',
    hostNetwork: true,
    labels: { component: 'kube-apiserver' },
    specs: [containerSpec({ env: { HTTPS_PROXY: 'http://proxy.example:3128', NO_PROXY: exceptions } })],
  })
const webhookFails = (exceptions: string, { answer = 'Service Unavailable', lastSeen = minutesAgo(2) } = {}) =>
  snapshot({
    cluster: {
      pods: [apiServer(exceptions)],
      events: [
        sandboxEvent(
          `Error creating: Internal error occurred: failed calling webhook "v.example.org": failed to call webhook: Post "https://hook.shop.svc:443/mutate?timeout=10s": ${answer}`,
          { reason: 'FailedCreate', object: { kind: 'ReplicaSet', namespace: 'shop', name: 'web', uid: '' }, lastSeen },
        ),
      ],
    },
    nodes: { node1: { proxyEnvironment: { processes: ok([]), units: {} }, hostLogs: hostLogs('kubelet', []) } },
  })

checkCases(check, {
  fires: [
    {
      name: 'where the API server asks a webhook through it',
      given: webhookFails('10.96.0.0/12,localhost'),
      subject: 'node1',
      at: 'Pod kube-system/kube-apiserver-node1',
      severity: 'error',
    },
    {
      name: 'where the proxy refuses a name that is no exception',
      given: given(proxies('192.0.2.0/24'), asked('api.example', 'Forbidden')),
      subject: 'node1',
      at: '/proc/7/environ',
      severity: 'error',
    },
    {
      name: 'where the proxy cannot connect',
      given: given(proxies(), asked('192.0.2.1', 'proxyconnect tcp: dial tcp 198.51.100.1:3128: connect: refused')),
      subject: 'node1',
      at: 'journal-kubelet',
      severity: 'error',
    },
  ],
  silent: [
    { name: 'where webhooks are an exception', given: webhookFails('10.96.0.0/12,.svc'), answer: 'passed' },
    {
      name: 'where the webhook itself fails',
      given: webhookFails('localhost', { answer: 'dial tcp 10.96.3.4:443: connect: connection refused' }),
      answer: 'passed',
    },
    {
      name: 'where a webhook failed hours ago',
      given: webhookFails('localhost', { lastSeen: minutesAgo(300) }),
      answer: 'passed',
    },
    {
      name: 'where the name is an exception and another proxy refused long ago',
      given: given(proxies('.example'), asked('api.example', 'Forbidden')),
      answer: 'passed',
    },
    {
      name: 'where the API itself refuses',
      given: given(proxies(), 'nodes "x" is forbidden: User "system:node:y" cannot get resource "nodes"'),
      answer: 'passed',
    },
    { name: 'where nothing was refused', given: given(proxies()), answer: 'passed' },
    {
      name: 'when it was not read',
      given: snapshot({ nodes: { node1: { proxyEnvironment: unavailable('denied', '') } } }),
      answer: 'not-run',
    },
  ],
})
