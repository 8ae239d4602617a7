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
