import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseReservation } from '../../../shared/formats/reservation.ts'

const id = 'a'.repeat(63)

test('id and interface, as every release of the plugin writes them', () => {
  expect(parseReservation(`${id}1\r\neth0`)).toEqual({ containerId: `${id}1`, interfaceName: 'eth0' })
  expect(parseReservation(`${id}1\neth0\n`)).toEqual({ containerId: `${id}1`, interfaceName: 'eth0' })
  expect(parseReservation(`${id}1`)).toEqual({ containerId: `${id}1`, interfaceName: null })
})

test('an empty file is a reservation of nobody', () => {
  expect(parseReservation('')).toEqual({ containerId: '', interfaceName: null })
})

test.each([
  ['two words in a line'],
  ['\u0000\u0001'],
  [`${id}\r\neth0\r\nmore`],
  ['\r\neth0'],
  [`${id}\r\nsixteen-letters-x`],
  ['x'.repeat(257)],
])('%j is garbled', text => {
  expect(parseReservation(text)).toBeNull()
})

test('what the plugin writes is what is read', () => {
  const interfaceName = fc.stringMatching(/^[a-z0-9.@_-]{1,15}$/)
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9a-f]{64}$/), interfaceName, (containerId, name) => {
      expect(parseReservation(`${containerId}\r\n${name}`)).toEqual({ containerId, interfaceName: name })
    }),
  )
})

test('no text makes it throw or gives an id with white space', () => {
  fc.assert(fc.property(fc.string(), text => !/\s/.test(parseReservation(text)?.containerId ?? '')))
})
