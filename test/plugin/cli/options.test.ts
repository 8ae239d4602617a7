import { expect, test } from 'vitest'
import { parseClusterOptions, parseDuration } from '../../../plugin/cli/options.ts'

test.each([
  ['30s', 30_000],
  ['30', 30_000],
  ['500ms', 500],
  ['1m30s', 90_000],
  ['1.5m', 90_000],
  ['1h', 3_600_000],
])('%s is %d ms', (text, ms) => expect(parseDuration('--timeout', text)).toBe(ms))

test.each(['', '0s', '-1s', 's', '1d', '2h', '1 s', '1s1', 'NaN'])(
  '"%s" is refused with the name of the option',
  text => {
    expect(() => parseDuration('--timeout', text)).toThrow(/--timeout/)
  },
)

test('groups to impersonate need a user', () => {
  const options = { namespace: 'kube-system', asGroup: ['system:masters'] }
  expect(() => parseClusterOptions(options)).toThrow('--as-group needs --as')
  expect(parseClusterOptions({ ...options, as: 'jane' })).toMatchObject({ as: 'jane' })
})
