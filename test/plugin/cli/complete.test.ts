import { expect, test } from 'vitest'
import { runComplete } from '../../../plugin/cli/complete.ts'
import { memoryIo } from '../../support/memory-io.ts'

/** What a shell is offered for the words so far, without a cluster. */
async function complete(...words: string[]): Promise<string[]> {
  const { io, out } = memoryIo({ env: { KUBECONFIG: '/nonexistent' } })
  expect(await runComplete(words, io)).toBe(0)
  return out().trimEnd().split('\n')
}

test('commands', async () => expect(await complete('no')).toEqual(['nodes', ':4']))
test('options of a command', async () => expect(await complete('nodes', '--node')).toEqual(['--node-timeout', ':4']))
test('values of an option, long or short', async () => {
  expect(await complete('nodes', '-o', 'j')).toEqual(['json', ':4'])
  expect(await complete('nodes', '--fail-on', 'n')).toEqual(['never', ':4'])
})
test('file names where a file is wanted', async () => expect(await complete('nodes', '--from', '')).toEqual([':0']))
test('file names for a bundle', async () => expect(await complete('bundle', '-f', '')).toEqual([':0']))
test('views of check', async () => expect(await complete('check', 'po')).toEqual(['pods', 'policies', ':4']))
test('file names for analyze', async () => expect(await complete('analyze', '')).toEqual([':0']))
test('codes of checks', async () => expect(await complete('explain', 'CNI003')).toEqual(['CNI003', ':4']))
test('protocols of path', async () => expect(await complete('path', '--protocol', 'u')).toEqual(['udp', ':4']))
test('a switch takes no value', async () =>
  expect(await complete('nodes', '--keep', '--sel')).toEqual(['--selector', ':4']))
test('nothing, and no error, where no cluster answers', async () => {
  expect(await complete('nodes', '')).toEqual([':4'])
  expect(await complete('nodes', '--context', '')).toEqual([':4'])
  expect(await complete('path', 'pod/')).toEqual([':4'])
})
test('nothing for words that no command begins with', async () => {
  expect(await complete('nosuch', '')).toEqual([':4'])
  expect(await complete('version', '')).toEqual([':4'])
})
