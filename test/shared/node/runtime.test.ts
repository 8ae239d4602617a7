import { expect, test } from 'vitest'
import { runtime } from '../../../shared/node/runtime.ts'
import { unavailable } from '../../../shared/reading.ts'
import { collect, given, reasonOf } from '../../support/collect.ts'

const version = { version: '0.1.0', runtimeName: 'cri-o', runtimeVersion: '1.33.0', runtimeApiVersion: 'v1' }

test('name, version and conditions; what protobuf leaves out is false or empty', async () => {
  const status = {
    status: {
      conditions: [
        { type: 'RuntimeReady', status: true },
        { type: 'NetworkReady', reason: 'NetworkPluginNotReady' },
      ],
    },
  }
  expect(given(await collect(runtime, { cri: { version, status } }))).toEqual({
    name: 'cri-o',
    version: '1.33.0',
    cni: null,
    conditions: [
      { type: 'RuntimeReady', status: true, reason: '', message: '' },
      { type: 'NetworkReady', status: false, reason: 'NetworkPluginNotReady', message: '' },
    ],
  })
})

test.each([
  ['no runtime', {}, 'missing'],
  ['a runtime that hangs', { version, status: unavailable('timeout', 'slow') }, 'timeout'],
  ['a reply of another shape', { version, status: { conditions: 1 } }, 'malformed'],
  ['a reply that is no object', { version: 'x', status: { status: {} } }, 'malformed'],
])('%s', async (_, cri, reason) => {
  expect(reasonOf(await collect(runtime, { cri }))).toBe(reason)
})
