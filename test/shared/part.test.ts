import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import * as z from 'zod/mini'
import { collectNode } from '../../shared/collect-node.ts'
import { parts } from '../../shared/gen/parts.ts'
import { collectPart, definePart, type PartDefinition, parsePart, readingOf } from '../../shared/part.ts'
import { ok, reasons, unavailable } from '../../shared/reading.ts'
import { given, reasonOf } from '../support/collect.ts'
import { memoryHost } from '../support/memory-host.ts'

const host = memoryHost({})
const schema = z.object({ size: z.number(), mode: readingOf(z.string()) })
type Value = z.infer<typeof schema>

const part = (collect: PartDefinition<Value>['collect']) => definePart<Value>({ schema, collect })
const value: Value = { size: 1, mode: ok('0644') }
const unread = unavailable('denied', 'permission denied')

describe('collecting a part', () => {
  const context = { now: () => 0, pause: async () => {}, sampleMs: 0 }

  test('takes its time, and says how long', async () => {
    const times = [100, 130]
    const now = () => times.shift() ?? 0
    const collected = await collectPart(
      part(async () => ok(value)),
      { host, context: { ...context, now }, deadlineMs: 1000 },
    )
    expect(collected).toEqual({ status: 'ok', value, ms: 30 })
  })

  test('that crashes has the crash for a reason', async () => {
    const crash = part(() => Promise.reject(new Error('no such thing')))
    expect(await collectPart(crash, { host, context, deadlineMs: 1000 })).toEqual({
      ...unavailable('failed', 'the collector crashed: no such thing'),
      ms: 0,
    })
  })

  test('that never ends is cut off at its deadline, and not before', async () => {
    vi.useFakeTimers()
    try {
      const settled = vi.fn()
      const pending = collectPart(
        part(() => new Promise(() => {})),
        { host, context, deadlineMs: 5000 },
      ).then(settled)
      await vi.advanceTimersByTimeAsync(4999)
      expect(settled).not.toHaveBeenCalled()
      await vi.advanceTimersByTimeAsync(1)
      await pending
      expect(settled).toHaveBeenCalledWith({ ...unavailable('timeout', 'not read within 5000 ms'), ms: 0 })
    } finally {
      vi.useRealTimers()
    }
  })

  test('that is done leaves no timer behind', async () => {
    vi.useFakeTimers()
    try {
      await collectPart(
        part(async () => ok(value)),
        { host, context, deadlineMs: 5000 },
      )
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  test('of a host where nothing exists still gives every part an answer', async () => {
    const collected = await collectNode(parts, { host, context })
    expect(Object.keys(collected).sort()).toEqual(Object.keys(parts).sort())
    const { probes, ...rest } = collected
    expect(reasonOf(probes)).toBe('not-recorded')
    for (const reading of Object.values(rest)) expect(['ok', 'missing', 'failed']).toContain(reasonOf(reading))
  })

  test('of a host where nothing can be read gives every part that reason, and no value', async () => {
    const denied = async () => unread
    const closed = { read: denied, list: denied, stat: denied, run: denied, cri: denied, http: denied, pods: denied }
    const collected = await collectNode(parts, { host: closed, context })
    const known = Object.entries(collected).filter(([, reading]) => reading.status === 'ok')
    // What is asked of the kubelet and of kube-proxy by HTTP is told apart: a refusal is an answer of theirs.
    expect(known.map(([name]) => name).sort()).toEqual(['kubeProxy', 'kubelet'])
  })
})

describe('a part that crossed a wire', () => {
  const definition = part(async () => ok(value))

  test('is itself again', () => {
    const reading = fc.oneof(
      fc.record({ size: fc.integer(), mode: fc.string().map(text => ok(text)) }).map(each => ok(each)),
      fc.tuple(fc.constantFrom(...reasons), fc.string()).map(([reason, detail]) => unavailable(reason, detail)),
    )
    fc.assert(
      fc.property(reading, fc.nat(), (each, ms) => {
        expect(parsePart(definition, JSON.parse(JSON.stringify({ ...each, ms })))).toEqual({ ...each, ms })
      }),
    )
  })

  test.each([
    ['no envelope', 'x'],
    ['no time', { status: 'ok', value }],
    ['no status', { value, ms: 1 }],
    ['an unknown reason', { status: 'unavailable', reason: 'tired', detail: '', ms: 1 }],
    ['a value of another shape', { status: 'ok', value: { size: '1' }, ms: 1 }],
    ['a fact of another shape', { status: 'ok', value: { size: 1, mode: { status: 'ok' } }, ms: 1 }],
  ])('with %s is malformed', (_, json) => {
    expect(reasonOf(parsePart(definition, json))).toBe('malformed')
  })

  test('is malformed or well formed, whatever came', () => {
    fc.assert(
      fc.property(fc.jsonValue(), json => {
        expect([...reasons, 'ok']).toContain(reasonOf(parsePart(definition, json)))
      }),
    )
  })

  test('loses keys that its schema does not know', () => {
    const json = { status: 'ok', value: { ...value, more: 1 }, ms: 1 }
    expect(given(parsePart(definition, json))).toEqual(value)
  })
})
