import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tombstones } from '../../../plugin/checks/tombstones.ts'
import { checks, pages } from '../../../plugin/gen/checks.ts'
import { plannedEdges } from './planned-edges.ts'

const folder = new URL('../../../plugin/checks/', import.meta.url)
const headings = ['What it means', 'How it breaks', 'Confirm by hand', 'Fix', 'When it is fine', 'References']
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })

describe.each(checks)('$code', ({ code, title }) => {
  const page = pages[code]
  const text = page ? readFileSync(new URL(page, folder), 'utf8') : ''

  test('has a page with its code and title and the required headings in order', () => {
    expect(text.split('\n')[0]).toBe(`# ${code} ${title}`)
    expect(text.match(/^## .*$/gm)).toEqual(headings.map(heading => `## ${heading}`))
    expect(text).not.toContain('To be written')
    for (const section of text.split(/^## .*$/m).slice(1)) expect(section.trim()).not.toBe('')
  })

  test('has a file in the folder of its area, named after it', () => {
    const area = code.slice(0, 3).toLowerCase()
    expect(page).toMatch(new RegExp(`^${area}/${code.toLowerCase()}(?:-[a-z0-9]+)+\\.md$`))
  })

  test('has cases of its own that fire it and that do not', () => {
    const path = new URL(`${code.toLowerCase()}.test.ts`, import.meta.url)
    expect(existsSync(path), `test/plugin/checks/${code.toLowerCase()}.test.ts`).toBe(true)
    const cases = readFileSync(path, 'utf8')
    // `checkCases` itself demands at least one of each and lets each of them run.
    expect(cases).toContain('checkCases(check, {')
    expect(cases).toContain(`plugin/checks/${page?.replace('.md', '.ts')}`)
  })
})

test('every page belongs to a check and every check file is registered', () => {
  const named = (ending: string) => files.filter(file => file.includes('/') && file.endsWith(ending)).sort()
  expect(named('.md')).toEqual(Object.values(pages).sort())
  expect(named('.ts').map(file => file.replace('.ts', '.md'))).toEqual(Object.values(pages).sort())
  expect(Object.keys(pages).sort()).toEqual(checks.map(({ code }) => code).sort())
})

test('every file of cases belongs to a check', () => {
  const cases = readdirSync(new URL('.', import.meta.url)).filter(name => /^[a-z]{3}\d{3}\.test\.ts$/.test(name))
  expect(cases.map(name => basename(name, '.test.ts').toUpperCase()).sort()).toEqual(Object.keys(pages).sort())
})

test('codes are well formed, given once, and never those of a removed check', () => {
  const codes = checks.map(({ code }) => code)
  for (const code of codes) expect(code).toMatch(/^[A-Z]{3}\d{3}$/)
  expect(new Set(codes).size).toBe(codes.length)
  expect(codes.filter(code => tombstones.includes(code))).toEqual([])
})

test('a check that is written is no longer planned', () => {
  expect(Object.keys(plannedEdges).filter(code => code in pages)).toEqual([])
})

test('no cause explains itself through any number of steps, planned checks included', () => {
  const edges = new Map(Object.entries(plannedEdges).map(([code, list]) => [code, list.split(' ')]))
  for (const { code, explains } of checks) edges.set(code, [...explains])
  const reachable = (start: string) => {
    const seen = new Set<string>()
    const queue = [...(edges.get(start) ?? [])]
    for (let code = queue.pop(); code !== undefined; code = queue.pop()) {
      if (!seen.has(code)) queue.push(...(edges.get(code) ?? []))
      seen.add(code)
    }
    return seen
  }
  expect([...edges.keys()].filter(code => reachable(code).has(code))).toEqual([])
})
