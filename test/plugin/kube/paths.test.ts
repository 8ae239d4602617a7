import { expect, test } from 'vitest'
import { pathOf } from '../../../plugin/kube/paths.ts'
import { resources } from '../../../plugin/kube/port.ts'

test('core resources live under /api, those of groups under /apis', () => {
  expect(pathOf(resources.nodes)).toBe('/api/v1/nodes')
  expect(pathOf(resources.jobs, { namespace: 'a', name: 'b' })).toBe('/apis/batch/v1/namespaces/a/jobs/b')
})

test('a subresource comes last', () => {
  expect(pathOf(resources.pods, { namespace: 'a', name: 'b', subresource: 'log' }, { follow: true })).toBe(
    '/api/v1/namespaces/a/pods/b/log?follow=true',
  )
})

test('names and queries are escaped', () => {
  expect(pathOf(resources.pods, { namespace: '../x', name: 'a/b?c' }, { labelSelector: 'a=b,c in (d)' })).toBe(
    '/api/v1/namespaces/..%2Fx/pods/a%2Fb%3Fc?labelSelector=a%3Db%2Cc+in+%28d%29',
  )
})

test('queries without a value are left out', () => {
  expect(pathOf(resources.nodes, {}, { continue: undefined, labelSelector: '', limit: 5 })).toBe(
    '/api/v1/nodes?limit=5',
  )
})
