import { expect, test } from 'vitest'
import { parseProbing } from '../../../plugin/cli/probing.ts'

test('nothing is probed unless asked for', () => {
  expect(parseProbing({})).toBeNull()
  expect(() => parseProbing({ probeOutside: ['example.com'] })).toThrow('--probe-outside needs --probe')
})

test.each([
  ['example.com', { name: 'example.com' }],
  ['example.com.', { name: 'example.com' }],
  ['192.0.2.1:80', { address: '192.0.2.1', port: 80 }],
  ['[2001:db8::1]:443', { address: '2001:db8::1', port: 443 }],
])('%s is a target', (text, target) => {
  expect(parseProbing({ probe: true, probeOutside: [text] })).toEqual({ outside: [target] })
})

test.each(['192.0.2.1', '192.0.2.1:0', '192.0.2.1:65536', 'example.com:80', 'a b.c', ''])('"%s" is refused', text => {
  expect(() => parseProbing({ probe: true, probeOutside: [text] })).toThrow('--probe-outside')
})
