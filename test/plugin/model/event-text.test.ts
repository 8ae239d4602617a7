import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainText, primaryText, shortText } from '../../../plugin/model/event-text.ts'

const word = fc.stringMatching(/^[a-z0-9 .:_-]{0,12}$/)
const escapeOnce = (text: string) => text.replace(/(["\\])/g, '\\$1')

test('quotes come out plain from any depth of escaping', () => {
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), fc.integer({ min: 0, max: 3 }), (words, depth) => {
      const text = words.map(part => `"${part}"`).join(' failed: ')
      const nested = Array.from({ length: depth }).reduce<string>(escapeOnce, text)
      expect(plainText(nested)).toBe(text)
    }),
  )
})

test('the prefix of folded events is taken away, once and only at the start', () => {
  expect(plainText('(combined from similar events): Failed')).toBe('Failed')
  expect(plainText('x (combined from similar events): Failed')).toContain('(combined')
})

test('what an old runtime says about its own clean-up is no cause', () => {
  const text =
    '[failed to set up sandbox: no IP addresses available, failed to clean up sandbox container: Link not found]'
  expect(primaryText(text)).toBe('[failed to set up sandbox: no IP addresses available')
})

test('a path of Windows keeps its letters', () => {
  expect(plainText('open C:\\\\new\\\\tmp')).toBe('open C:\\new\\tmp')
})

test('a short text begins with what the runtime says and keeps only the head of an id', () => {
  const id = 'ab'.repeat(32)
  const text = `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "${id}": x`
  expect(shortText(text)).toBe('failed to setup network for sandbox "abababababab…": x')
})
