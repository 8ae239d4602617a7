import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { findHelp, helpWidth } from '../../../plugin/cli/help.ts'
import { parseArguments } from '../../../plugin/cli/parse.ts'

async function rendered() {
  const folder = await mkdtemp(join(tmpdir(), 'help-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'help.json'), JSON.stringify({ '': 'all', nodes: 'of nodes' }))
  return pathToFileURL(`${folder}/`)
}

test('help of the build is used where it fits, and not in a narrow terminal', async () => {
  const assets = await rendered()
  expect(await findHelp(['nodes', '--help'], { assets, width: helpWidth })).toBe('of nodes')
  expect(await findHelp(['-h'], { assets, width: Number.POSITIVE_INFINITY })).toBe('all')
  expect(await findHelp(['nodes', '--help'], { assets, width: 60 })).toBeNull()
  expect(await findHelp(['nodes'], { assets, width: helpWidth })).toBeNull()
})

test('help fits into a narrow terminal, and shows what is special to a command first', async () => {
  const request = await parseArguments(['nodes', '--help'], 60)
  if (request.kind !== 'help') throw new Error('no help')
  expect(request.text.split('\n').filter(line => line.length > 60)).toEqual([])
  expect([...request.text.matchAll(/^(\w+):$/gm)].map(([, group]) => group)).toEqual([
    'Positionals',
    'Options',
    'Agents',
    'Cluster',
    'Examples',
  ])
})
