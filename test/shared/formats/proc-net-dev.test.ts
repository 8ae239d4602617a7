import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseProcNetDev } from '../../../shared/formats/proc-net-dev.ts'
import { given, reasonOf } from '../../support/collect.ts'

const header = `Inter-|   Receive  |  Transmit
 face |bytes    packets errs |bytes    packets errs
`

test('names of devices, also beside wide numbers and with a colon', () => {
  const text = `${header}    lo:       0       0\neth0.100:12345678901 1\n a:b: 1 2\n`
  expect(given(parseProcNetDev(text))).toEqual(['lo', 'eth0.100', 'a:b'])
})

test('a table of anything else is malformed', () => {
  expect(['', 'x', 'Inter-| x\nno'].map(text => reasonOf(parseProcNetDev(text)))).toEqual(Array(3).fill('malformed'))
})

test('what stands below the header is a name that leads nowhere else, or left out', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), lines => {
      const names = given(parseProcNetDev(header + lines.join('\n')))
      expect(names.every(name => /^[^\s/]{1,15}$/.test(name))).toBe(true)
    }),
  )
})
