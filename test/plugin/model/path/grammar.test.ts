import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseReference } from '../../../../plugin/model/path/grammar.ts'

const object = (kind: string, namespace: string, name: string, port: string | null = null) => ({
  kind,
  namespace,
  name,
  port,
})

test.each([
  ['shop/web', object('any', 'shop', 'web')],
  ['web', object('any', 'home', 'web')],
  ['pod/web', object('pod', 'home', 'web')],
  ['po/shop/web:8080', object('pod', 'shop', 'web', '8080')],
  ['svc/shop/db:5432', object('service', 'shop', 'db', '5432')],
  ['service/db:pg-1', object('service', 'home', 'db', 'pg-1')],
  ['deploy/shop/web', object('workload', 'shop', 'web')],
  ['node/node-1.example:22', object('node', 'home', 'node-1.example', '22')],
  ['db.shop.svc:5432', object('service', 'shop', 'db', '5432')],
  ['DB.shop.svc.corp.internal.', object('service', 'shop', 'db')],
  ['example.com:443', { kind: 'name', name: 'example.com', port: '443' }],
  ['10.0.0.1:80', { kind: 'address', name: '10.0.0.1', port: '80' }],
  ['10.0.0.1', { kind: 'address', name: '10.0.0.1', port: null }],
  ['[fd00::1]:80', { kind: 'address', name: 'fd00::1', port: '80' }],
  ['fd00::1', { kind: 'address', name: 'fd00::1', port: null }],
])('%s', (text, reference) => expect(parseReference(text, 'home')).toEqual(reference))

test.each([
  '',
  '/',
  'a/b/c',
  'pod/a/b/c',
  'node/a/b',
  'a b',
  'web:',
  'web:80:90',
  '[fd00::1',
  'web:-',
  '../x',
  `${'a'.repeat(700)}`,
])('refuses %s', text => expect(parseReference(text, 'home')).toBeNull())

test('any text has an answer', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), text => void parseReference(text, 'home')))
})
