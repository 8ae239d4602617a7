import type { RawRequest } from './raw-api.ts'

/** Where everything that is created for the comparison lives. */
export const namespace = 'netcheck-likeness'

const core = '/api/v1'
const own = `${core}/namespaces/${namespace}`
const jobs = `/apis/batch/v1/namespaces/${namespace}/jobs`

const configMap = (metadata: object) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { a: 'b' } })

const container = { name: 'a', image: 'node:24-alpine' }
const job = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'anchor' },
  spec: {
    parallelism: 0,
    backoffLimit: 0,
    activeDeadlineSeconds: 600,
    ttlSecondsAfterFinished: 0,
    template: { spec: { restartPolicy: 'Never', containers: [container] } },
  },
}

const privilegedPod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'agent' },
  spec: {
    hostNetwork: true,
    hostPID: true,
    containers: [{ ...container, securityContext: { privileged: true } }],
    volumes: [{ name: 'host', hostPath: { path: '/' } }],
  },
}

const review = (verb: string, resource: string) => ({
  apiVersion: 'authorization.k8s.io/v1',
  kind: 'SelfSubjectAccessReview',
  spec: { resourceAttributes: { verb, resource } },
})

/** Requests in their order; each is answered by a real API server and by the stand-in, and the answers are compared. */
export const requests: Readonly<Record<string, RawRequest>> = {
  'create a namespace': {
    method: 'POST',
    path: `${core}/namespaces`,
    body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
  },
  'create it again': {
    method: 'POST',
    path: `${core}/namespaces`,
    body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
  },
  'wrong token': { method: 'GET', path: `${core}/pods`, authorization: 'Bearer wrong' },
  nobody: { method: 'GET', path: `${core}/pods`, authorization: '' },
  'unknown path': { method: 'GET', path: '/nowhere' },
  'unknown resource': { method: 'GET', path: `${core}/gadgets` },
  'unknown object': { method: 'GET', path: `${own}/pods/nobody` },
  'unknown object of a group': { method: 'GET', path: `${jobs}/nobody` },
  'unknown namespace on creation': {
    method: 'POST',
    path: `${core}/namespaces/no-such-place/configmaps`,
    body: configMap({ name: 'a' }),
  },
  'method that a collection has not': { method: 'PUT', path: `${own}/pods`, body: privilegedPod },
  'no name': { method: 'POST', path: `${own}/configmaps`, body: configMap({}) },
  'name that is not allowed': { method: 'POST', path: `${own}/configmaps`, body: configMap({ name: 'Bad_Name' }) },
  'kind of another resource': { method: 'POST', path: `${own}/configmaps`, body: { ...job, metadata: { name: 'x' } } },
  'patch of unknown type': {
    method: 'PATCH',
    path: `${own}/configmaps/a`,
    contentType: 'application/json',
    body: {},
  },
  'create only to try': { method: 'POST', path: `${own}/configmaps?dryRun=All`, body: configMap({ name: 'tried' }) },
  'what was tried is not there': { method: 'GET', path: `${own}/configmaps/tried` },
  create: { method: 'POST', path: `${own}/configmaps`, body: configMap({ name: 'one', labels: { x: '1' } }) },
  'create a second': {
    method: 'POST',
    path: `${own}/configmaps`,
    body: configMap({ name: 'two', labels: { x: '2' } }),
  },
  'already exists': { method: 'POST', path: `${own}/configmaps`, body: configMap({ name: 'one' }) },
  patch: {
    method: 'PATCH',
    path: `${own}/configmaps/one`,
    contentType: 'application/merge-patch+json',
    body: { data: { a: null, c: 'd' } },
  },
  'patch of an unknown object': {
    method: 'PATCH',
    path: `${own}/configmaps/nobody`,
    contentType: 'application/merge-patch+json',
    body: {},
  },
  'label equals': { method: 'GET', path: `${own}/configmaps?labelSelector=x%3D1` },
  'label in a set': { method: 'GET', path: `${own}/configmaps?labelSelector=x+in+(1,2),x!%3D2` },
  'label exists': { method: 'GET', path: `${own}/configmaps?labelSelector=x` },
  'label does not exist': {
    method: 'GET',
    path: `${own}/configmaps?labelSelector=!x&fieldSelector=metadata.name%3Dtwo`,
  },
  field: { method: 'GET', path: `${own}/configmaps?fieldSelector=metadata.name%3Dtwo` },
  'unknown field': { method: 'GET', path: `${own}/configmaps?fieldSelector=data.a%3Db` },
  'label selector that makes no sense': { method: 'GET', path: `${own}/configmaps?labelSelector=a+b+c` },
  'first page': { method: 'GET', path: `${own}/configmaps?labelSelector=x&limit=1` },
  'token that makes no sense': { method: 'GET', path: `${own}/configmaps?limit=1&continue=abc` },
  'token that is too old': {
    method: 'GET',
    path: `${own}/configmaps?limit=1&continue=${Buffer.from('{"v":"meta.k8s.io/v1","rv":1,"start":"one\\u0000"}').toString('base64url')}`,
  },
  'watch from a version that is too old': {
    method: 'GET',
    path: `${own}/configmaps?watch=true&resourceVersion=1&timeoutSeconds=1`,
  },
  'watch from the beginning': {
    method: 'GET',
    path: `${own}/configmaps?watch=true&resourceVersion=0&labelSelector=x&timeoutSeconds=1`,
  },
  'create a timer': { method: 'POST', path: jobs, body: job },
  'extend the timer': {
    method: 'PATCH',
    path: `${jobs}/anchor`,
    contentType: 'application/merge-patch+json',
    body: { spec: { activeDeadlineSeconds: 900 } },
  },
  'guard the namespace': {
    method: 'PATCH',
    path: `${core}/namespaces/${namespace}`,
    contentType: 'application/merge-patch+json',
    body: { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'baseline' } } },
  },
  'pod that Pod Security refuses': { method: 'POST', path: `${own}/pods?dryRun=All`, body: privilegedPod },
  'guard it more': {
    method: 'PATCH',
    path: `${core}/namespaces/${namespace}`,
    contentType: 'application/merge-patch+json',
    body: { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } },
  },
  'pod that is refused for more': { method: 'POST', path: `${own}/pods?dryRun=All`, body: privilegedPod },
  'may I': {
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: review('list', 'pods'),
  },
  'log of an unknown pod': { method: 'GET', path: `${own}/pods/nobody/log` },
  'port-forward without upgrade to an unknown pod': { method: 'GET', path: `${own}/pods/nobody/portforward?ports=1` },
  delete: { method: 'DELETE', path: `${own}/configmaps/one` },
  'delete what is not there': { method: 'DELETE', path: `${own}/configmaps/one` },
  'delete a selection': { method: 'DELETE', path: `${own}/configmaps?labelSelector=x` },
  'delete the timer': { method: 'DELETE', path: `${jobs}/anchor`, body: { propagationPolicy: 'Background' } },
  'API versions': { method: 'GET', path: '/api' },
  'resources of a group': { method: 'GET', path: '/apis/batch/v1' },
}
