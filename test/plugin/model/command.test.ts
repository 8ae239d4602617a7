import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quote } from '../../../plugin/model/command.ts'

test('a shell reads any quoted word as it was', () => {
  const word = fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 20 }).filter(text => !text.includes('\0'))
  fc.assert(
    fc.property(fc.array(word, { minLength: 20, maxLength: 20 }), words => {
      const script = `printf '%s\\0' ${words.map(quote).join(' ')}`
      expect(execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1)).toEqual(words)
    }),
    { numRuns: 10 },
  )
})

test('an ordinary name stays readable', () => {
  expect(quote('/opt/cni/bin/host-local')).toBe('/opt/cni/bin/host-local')
  expect(quote('x; rm -rf /')).toBe("'x; rm -rf /'")
})
