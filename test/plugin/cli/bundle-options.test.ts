import { expect, test } from 'vitest'
import { parseBundleOptions } from '../../../plugin/cli/bundle-options.ts'
import { defaultName } from '../../../plugin/cli/bundle-target.ts'
import { bytesText } from '../../../plugin/cli/bytes-text.ts'
import { parseArguments } from '../../../plugin/cli/parse.ts'

async function parse(...args: readonly string[]) {
  const request = await parseArguments(['bundle', ...args], null)
  if (request.kind !== 'run') throw new Error('it is not run')
  return parseBundleOptions(request.options)
}

test('without options everything of the last hour is wanted, into a file of a name that is made', async () => {
  expect(await parse()).toEqual({
    file: null,
    nodes: [],
    sinceMinutes: 60,
    logBytes: 5 << 20,
    withAgents: true,
    redact: [],
    map: null,
  })
})

test('names of nodes may be repeated and separated by commas', async () => {
  expect((await parse('--nodes', 'a,b', '--nodes', 'c', '--nodes', 'a')).nodes).toEqual(['a', 'b', 'c'])
})

test.each([
  ['90m', 90],
  ['4h', 240],
  ['7d', 10_080],
])('--since %s', async (text, minutes) => {
  expect((await parse('--since', text)).sinceMinutes).toBe(minutes)
})

test.each([
  ['1Ki', 1024],
  ['500k', 500_000],
  ['20Mi', 20 << 20],
])('--logs-limit %s', async (text, bytes) => {
  expect((await parse('--logs-limit', text)).logBytes).toBe(bytes)
})

test.each([
  ['--redact', 'everything'],
  ['--since', '0m'],
  ['--since', '8d'],
  ['--since', 'yesterday'],
  ['--logs-limit', '1'],
  ['--logs-limit', '1Gi'],
  ['--logs-limit', '-5Mi'],
])('%s %s is refused', async (option, value) => {
  await expect(parse(`${option}=${value}`)).rejects.toMatchObject({ code: 'USAGE' })
})

test('the made name has the context and the time, and nothing that a file name should not hold', () => {
  const now = Date.parse('2026-11-21T17:05:06.789Z')
  expect(defaultName('prod', now)).toBe('netcheck-prod-20261121T170506Z.tar.gz')
  expect(defaultName('arn:aws:eks:eu/../x', now)).toBe('netcheck-arn-aws-eks-eu-..-x-20261121T170506Z.tar.gz')
  expect(defaultName('', now)).toBe('netcheck-cluster-20261121T170506Z.tar.gz')
})

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_500, '1.5 kB'],
  [12_345_678, '12.3 MB'],
  [4e9, '4.0 GB'],
])('%d bytes are %s', (bytes, text) => expect(bytesText(bytes)).toBe(text))
