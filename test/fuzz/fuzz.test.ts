import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { allEntries, productNames } from './all-entries.ts'
import { formatEntries } from './format-entries.ts'
import { judge } from './judge.ts'
import { protocolEntries } from './protocol-entries.ts'
import { runFuzz } from './run.ts'

/** These files do not read untrusted text themselves. */
const shapesOnly: ReadonlySet<string> = new Set(['iptables-options', 'route', 'probes'])

const folders = [
  { folder: 'formats', entries: formatEntries },
  { folder: 'protocol', entries: protocolEntries },
]

describe.each(folders)('shared/$folder', ({ folder, entries }) => {
  const place = new URL(`../../shared/${folder}/`, import.meta.url)
  const files = readdirSync(place).map(name => name.replace(/\.ts$/, ''))

  test.each(files)('every function of %s is fuzzed', async file => {
    const all: Record<string, unknown> = await import(new URL(`${file}.ts`, place).href)
    const functions = Object.keys(all).filter(name => typeof all[name] === 'function' && !isClass(all[name]))
    expect(Object.keys(entries[file] ?? {})).toEqual(expect.arrayContaining(functions))
    expect(entries[file] !== undefined || shapesOnly.has(file)).toBe(true)
  })

  test('what is fuzzed is there', () => {
    expect(files).toEqual(expect.arrayContaining(Object.keys(entries)))
  })
})

const isClass = (value: unknown): boolean => String(value).startsWith('class')

test.each(productNames)('%s makes something of at least one of its seeds', async name => {
  const { seeds, parse } = allEntries.get(name) ?? unknown
  const made = await Promise.all(
    seeds.map(async seed => ((await judge({ seeds, parse }, seed)).kind === 'value' ? parse(seed) : null)),
  )
  expect(made.filter(isSomething)).not.toEqual([])
})

const unknown = { seeds: [], parse: () => null }

/** Excludes a parser's answer to unknown text. */
const isSomething = (value: unknown): boolean =>
  Boolean(value) && (typeof value !== 'object' || JSON.stringify(value).length > 2)

test('parsers answer hostile text with a value or their own error, in time', async () => {
  const outcomes = await runFuzz(
    productNames.map(name => ({ name, seed: 7, inputs: 64, from: 0 })),
    { hangMs: 5_000 },
  )
  const faults = outcomes.filter(({ escapes, hangs }) => escapes.length + hangs.length > 0)
  expect(faults.map(({ name, escapes, hangs }) => ({ name, escapes, hangs }))).toEqual([])
  expect(outcomes.map(({ name, inputs }) => [name, inputs])).toEqual(productNames.map(name => [name, 64]))
}, 60_000)

test('planted faults of every kind are found, and what comes after them is still read', async () => {
  const names = ['throws', 'hangs', 'grows', 'infinite'].map(name => `planted/${name}`)
  const outcomes = await runFuzz(
    [...names, 'reservation/parseReservation'].map(name => ({ name, seed: 7, inputs: 200, from: 0 })),
    { hangMs: 500 },
  )
  expect(outcomes.map(({ escapes, hangs }) => [escapes[0]?.why, hangs[0]?.why])).toEqual([
    ['threw TypeError: planted', undefined],
    [undefined, 'took longer than 500 ms'],
    [expect.stringMatching(/^made 1048578 characters of JSON out of \d+$/), undefined],
    ['threw RangeError: value is Infinity, which JSON lacks', undefined],
    [undefined, undefined],
  ])
  expect(outcomes.at(-1)?.inputs).toBe(200)
}, 60_000)
