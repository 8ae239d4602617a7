import { expect, test } from 'vitest'
import { cniComponentsOf } from '../../../plugin/model/components.ts'
import { lastWords } from '../../../plugin/model/daemons.ts'
import { memoise } from '../../../plugin/model/memo.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { containerLog, containerSpec, daemonPod } from '../../support/api-objects.ts'

const target = { pod: daemonPod('x', 'cni'), container: 'cni' }
const words = (current: string, previous: string | null = null) =>
  lastWords(ok([{ ...containerLog('cni', current), previous: previous === null ? null : ok(previous) }]), target)

test('the last line that complains is quoted, without the runtime’s time', () => {
  expect(words('I start\n2026-11-21T03:12:08.209679078Z E1121 command failed\nI bye')).toBe('E1121 command failed')
})
test('a line that names its trouble goes before one that only says that it ends', () => {
  expect(words('Calico node ‘a’ is already using the IPv4 address 10.0.2.15\nCalico node failed to start')).toContain(
    'failed to start',
  )
  expect(words('WARNING already using the IPv4 address 192.0.2.1: error\nCalico node failed to start')).toContain(
    'already using',
  )
})
test('a farewell does not hide the reason before it', () => {
  expect(words("W Couldn't autodetect an IPv4 address\nW Terminating\nCalico node failed to start")).toBe(
    "W Couldn't autodetect an IPv4 address",
  )
})
test('the run before tells more than one that has just begun', () => {
  expect(words('starting', 'panic: no route')).toBe('panic: no route')
})
test('without a complaint it is the last line', () => {
  expect(words('one\ntwo\n\n')).toBe('two')
})
test('what the kubelet says about a lost log is not the log', () => {
  expect(words('E1121 refused', 'unable to retrieve container logs for containerd://1')).toBe('E1121 refused')
})
test('no log, no words', () => {
  expect(words('')).toBeNull()
  expect(lastWords(unavailable('denied', ''), target)).toBeNull()
  expect(lastWords(ok([containerLog('other', 'error')]), target)).toBeNull()
})

test('the pod of Canal holds two agents, an operator none', () => {
  const canal = daemonPod('docker.io/calico/node:v3', 'canal')
  const both = {
    ...canal,
    specs: [...canal.specs, containerSpec({ name: 'kube-flannel', image: 'docker.io/flannel/flannel:v0.25' })],
  }
  expect([...cniComponentsOf(both)].sort()).toEqual(['calico', 'flannel'])
  expect(cniComponentsOf(daemonPod('quay.io/cilium/operator-generic:v1', 'cilium-operator'))).toEqual([])
})

test('a view is computed once for each input, also when it is undefined', () => {
  let runs = 0
  const view = memoise(() => void runs++)
  const input = {}
  view(input)
  view(input)
  view({})
  expect(runs).toBe(2)
})
