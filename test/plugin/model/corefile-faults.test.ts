import { expect, test } from 'vitest'
import { corefileFaults } from '../../../plugin/model/corefile-faults.ts'
import { isBefore, parseVersion } from '../../../plugin/model/corefile-versions.ts'
import { parseCorefile } from '../../../shared/formats/corefile.ts'

const items = (directives: string, version: string | null) =>
  corefileFaults(parseCorefile(`. {\n${directives}\n}`), version === null ? null : parseVersion(version)).map(
    ({ line, item }) => [line, item],
  )

test.each([
  ['proxy . 10.0.0.1', '1.4.0', []],
  ['proxy . 10.0.0.1', '1.5.0', [[2, 'proxy']]],
  ['ready', '1.4.0', [[2, 'ready']]],
  ['ready', '1.5.0', []],
  ['kubernetes x {\nupstream\ntransfer to *\n}', '1.6.9', []],
  ['kubernetes x {\nupstream\ntransfer to *\n}', '1.7.0', [[3, 'kubernetes: upstream']]],
  ['kubernetes x {\ntransfer to *\n}', '1.8.0', [[3, 'kubernetes: transfer']]],
  ['forward . 10.0.0.1 {\nmax_concurrent 10\n}', '1.6.7', [[3, 'forward: max_concurrent']]],
  ['cache {\ndisable success x\n}', '1.9.3', [[3, 'cache: disable']]],
  ['constructor {\ntoString\n}', '1.9.3', []],
  ['proxy . 10.0.0.1', null, []],
])('of %j CoreDNS %s refuses %j', (directives, version, refused) => {
  expect(items(directives, version)).toEqual(refused)
})

test.each([
  ['v1.11.1-eksbuild.4', [1, 11, 1]],
  ['1.9', [1, 9, 0]],
  ['latest', null],
  ['', null],
])('%j is version %j', (text, numbers) => {
  expect(parseVersion(text)).toEqual(numbers)
})

test('versions are compared by numbers', () => {
  expect(isBefore([1, 9, 4], '1.10.0')).toBe(true)
  expect(isBefore([1, 10, 0], '1.9.4')).toBe(false)
  expect(isBefore([1, 10, 0], '1.10.0')).toBe(false)
})
