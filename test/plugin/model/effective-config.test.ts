import { describe, expect, test } from 'vitest'
import { effectiveConfig, flavourOf, networkReady } from '../../../plugin/model/effective-config.ts'
import type { CniConfigFile } from '../../../shared/node/cni-config.ts'
import { isOk, ok, unavailable } from '../../../shared/reading.ts'
import { apiNode } from '../../support/api-objects.ts'
import { brokenFile, cniConfig, configFile, runtime } from '../../support/host-objects.ts'

const [a, b, c] = ['a', 'b', 'c'].map(name => configFile(`${name}.conflist`, { name }))
const files = [a, b, c].flatMap(file => file ?? [])
const broken = brokenFile('0.conflist')
const silent = unavailable('denied', 'no answer')

const judge = (given: readonly CniConfigFile[], more: Partial<Parameters<typeof effectiveConfig>[0]> = {}) => {
  const reading = effectiveConfig({ config: cniConfig(...given), runtime: silent, flavour: 'containerd', ...more })
  if (!isOk(reading)) return reading.reason
  const { inUse, next, stoppedBy, idleBroken, inMemory, basis } = reading.value
  const names = (list: readonly CniConfigFile[]) => list.map(({ name }) => name[0]).join('')
  return {
    inUse: names(inUse),
    next: names(next),
    stop: stoppedBy?.name ?? null,
    idle: names(idleBroken),
    inMemory,
    basis,
  }
}

describe('by the files', () => {
  test('the first in the runtime’s order wins', () => {
    expect(judge(files)).toMatchObject({ inUse: 'a', next: 'a', basis: 'files' })
  })
  test('containerd ends at a broken file before the winner', () => {
    expect(judge([broken, ...files])).toMatchObject({ inUse: '', stop: '0.conflist', idle: '' })
  })
  test('containerd never reaches a broken file behind the winner', () => {
    expect(judge([...files, broken])).toMatchObject({ inUse: 'a', stop: null, idle: '0' })
  })
  test('containerd loads as many as it is told, all for 0, and ends at a broken one among them', () => {
    expect(judge(files, { runtime: ok(runtime({ maxConfigs: 2 })) })).toMatchObject({ next: 'ab' })
    expect(judge(files, { runtime: ok(runtime({ maxConfigs: 0 })) })).toMatchObject({ next: 'abc' })
    expect(judge([...files, broken], { runtime: ok(runtime({ maxConfigs: 0 })) })).toMatchObject({
      next: '',
      stop: '0.conflist',
    })
  })
  test('CRI-O and Docker pass a broken file over, and one whose plugins are missing', () => {
    for (const flavour of ['cri-o', 'docker'] as const) {
      expect(judge([broken, ...files], { flavour })).toMatchObject({ inUse: 'a', stop: null, idle: '0' })
      expect(judge(files, { flavour, isRunnable: file => file !== a })).toMatchObject({ inUse: 'b' })
      expect(judge([broken], { flavour })).toMatchObject({ inUse: '', stop: '0.conflist' })
    }
  })
  test('containerd does not look at plugins', () => {
    expect(judge(files, { isRunnable: () => false })).toMatchObject({ inUse: 'a' })
  })
})

describe('by the runtime’s own word', () => {
  test('the network in use may be another than the next load gives', () => {
    expect(judge(files, { runtime: ok(runtime({ networks: ['b'] })) })).toMatchObject({
      inUse: 'b',
      next: 'a',
      basis: 'runtime',
    })
  })
  test('a network that no file has any more lives in memory', () => {
    expect(judge([], { runtime: ok(runtime({ networks: ['gone'] })) })).toMatchObject({ inUse: '', inMemory: ['gone'] })
  })
  test('a runtime that names no network says nothing', () => {
    expect(judge(files, { runtime: ok(runtime()) })).toMatchObject({ inUse: 'a', basis: 'files' })
  })
})

test('a directory that is missing has no configuration; one that was not read leaves the question open', () => {
  const withFiles = (reading: ReturnType<typeof unavailable>) => ({ ...cniConfig(), files: reading })
  expect(judge([], { config: withFiles(unavailable('missing', '')) })).toMatchObject({ inUse: '', stop: null })
  expect(judge([], { config: withFiles(unavailable('denied', '')) })).toBe('denied')
})

test('an unread file leaves the question open only where it could decide', () => {
  const unread = { ...configFile('u.conflist'), content: unavailable('denied', '') }
  expect(judge([unread, ...files])).toBe('failed')
  expect(judge([...files, unread])).toMatchObject({ inUse: 'a' })
})

test('the flavour is the runtime’s word, then the Node’s, then containerd', () => {
  expect(flavourOf(ok(runtime({ name: 'cri-o' })), apiNode())).toBe('cri-o')
  expect(flavourOf(silent, apiNode({ runtimeVersion: 'docker://20.10.7' }))).toBe('docker')
  expect(flavourOf(silent, undefined)).toBe('containerd')
  expect(networkReady(silent)).toBeNull()
})
