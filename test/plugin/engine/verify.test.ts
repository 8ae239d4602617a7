import { expect, test } from 'vitest'
import { found, nodeCheck, passed } from '../../../plugin/engine/check.ts'
import { runChecks } from '../../../plugin/engine/run.ts'
import { parseFindingId, verificationOf, verifyCommand } from '../../../plugin/engine/verify.ts'
import { unavailable } from '../../../shared/reading.ts'
import { snapshot } from '../../support/snapshot.ts'

const draft = { message: 'm', evidence: [{ at: 'x', observed: 'y' }], danger: '', remedies: [] }
const check = nodeCheck({
  code: 'TST001',
  severity: 'error',
  title: 'a test',
  explains: [],
  needs: ['modules'],
  run: ({ parts }) => (parts.modules.states.br_netfilter === 'absent' ? found({ ...draft, key: 'a' }) : passed),
})

const modules = (state: 'present' | 'absent') => ({ modules: { states: { br_netfilter: state } } })
const verify = (id: string, nodes: Parameters<typeof snapshot>[0]['nodes']) =>
  verificationOf(parseFindingId(id, [check]), runChecks(snapshot({ ...(nodes ? { nodes } : {}) }), [check]))

test('a finding that is still made is there', () => {
  expect(verify('TST001/node/n1/a', { n1: modules('absent') })).toMatchObject({ state: 'there' })
})

test('a finding whose check passed is gone, and so is one of another key', () => {
  expect(verify('TST001/node/n1/a', { n1: modules('present') })).toMatchObject({ state: 'gone' })
  expect(verify('TST001/node/n1/b', { n1: modules('absent') })).toMatchObject({ state: 'gone' })
})

test('a finding whose input was not read is neither there nor gone', () => {
  const unread = unavailable('denied', 'no right')
  expect(verify('TST001/node/n1/a', { n1: { modules: unread } })).toMatchObject({ state: 'unknown' })
  expect(verify('TST001/node/n1/a', { n1: 'evicted' })).toMatchObject({ state: 'unknown' })
})

test('an unread node says nothing about a finding on another one', () => {
  const nodes = { n1: modules('present'), n2: { modules: unavailable('denied', 'no right') } }
  expect(verify('TST001/node/n1/a', nodes)).toMatchObject({ state: 'gone' })
})

test('an id is read whatever the case of its code, and what is none is refused', () => {
  expect(parseFindingId('tst001/node/n1', [check])).toMatchObject({ id: 'TST001/node/n1', node: 'n1' })
  expect(parseFindingId('TST001/pod/shop/web', [check])).toMatchObject({ node: null })
  for (const id of ['', 'TST002/node/n1', 'TST001', 'TST001/node', 'TST001/planet/mars'])
    expect(() => parseFindingId(id, [check])).toThrow(expect.objectContaining({ code: 'USAGE' }))
})

test('the command survives a shell', () => {
  expect(verifyCommand('TST001/node/n1')).toBe('kubectl netcheck verify TST001/node/n1')
  expect(verifyCommand("TST001/node/n1/a b'c")).toBe("kubectl netcheck verify 'TST001/node/n1/a b'\\''c'")
})
