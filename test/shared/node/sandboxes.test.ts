import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sandboxes } from '../../../shared/node/sandboxes.ts'
import { collect, given, reasonOf } from '../../support/collect.ts'

const metadata = { name: 'web', uid: 'u', namespace: 'shop', attempt: 0 }
const read = async (...items: readonly object[]) =>
  given(await collect(sandboxes, { cri: { 'pod-sandboxes': { items } } })).sandboxes

test('pods in every state, by the container id that CNI knows', async () => {
  expect(
    await read({ id: 'a', metadata, state: 'SANDBOX_READY', createdAt: '1795231970781500392', labels: {} }),
  ).toEqual([
    { id: 'a', pod: { namespace: 'shop', name: 'web', uid: 'u' }, ready: true, createdAt: '2026-11-21T03:32:50.781Z' },
  ])
})

test.each([
  [undefined, true],
  [0, true],
  ['SANDBOX_READY', true],
  [1, false],
  ['SANDBOX_NOTREADY', false],
  [7, false],
])('state %s: ready %s', async (state, ready) => {
  expect((await read({ id: 'a', metadata, ...(state === undefined ? {} : { state }) }))[0]?.ready).toBe(ready)
})

test.each([['-6795364578871345152'], ['0'], [undefined]])('time %s is none', async createdAt => {
  expect(
    (await read({ id: 'a', metadata, ...(createdAt === undefined ? {} : { createdAt }) }))[0]?.createdAt,
  ).toBeNull()
})

test('no pods are an answer, another shape is none', async () => {
  expect(given(await collect(sandboxes, { cri: { 'pod-sandboxes': {} } })).sandboxes).toEqual([])
  for (const reply of [
    [],
    'x',
    { items: [{ id: 1, metadata }] },
    { items: [{ id: 'a', metadata, createdAt: 'soon' }] },
  ]) {
    expect(reasonOf(await collect(sandboxes, { cri: { 'pod-sandboxes': reply } }))).toBe('malformed')
  }
})

test('any time that fits 64 bits is written as a time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }), async time => {
      const [sandbox] = await read({ id: 'a', metadata, createdAt: String(time) })
      expect(BigInt(Date.parse(sandbox?.createdAt ?? ''))).toBe(time / 1_000_000n)
    }),
  )
})
