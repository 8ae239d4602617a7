import { expect, test } from 'vitest'
import { renderTable } from '../../../plugin/report/table.ts'

test('columns line up, nothing trails, the header stands first', () => {
  expect(
    renderTable(
      ['NODE', 'STATE'],
      [
        ['a', 'ok'],
        ['longer-name', '-'],
      ],
    ),
  ).toBe('NODE          STATE\na             ok\nlonger-name   -\n')
})

test('on a narrow terminal the last column is cut, and keeps twenty characters', () => {
  const rows = [['a', 'x'.repeat(60)]]
  const [header, row] = renderTable(['NODE', 'WHY'], rows, 40).split('\n')
  expect(header).toBe('NODE   WHY')
  expect(row).toBe(`a      ${'x'.repeat(32)}…`)
  expect(renderTable(['NODE', 'WHY'], rows, 10)).toContain(`${'x'.repeat(19)}…\n`)
  expect(renderTable(['NODE', 'WHY'], rows)).toContain('x'.repeat(60))
})
