import { expect, test } from 'vitest'
import { plain } from '../../../plugin/report/paint.ts'
import { renderPath } from '../../../plugin/report/path.ts'
import { answerOf, db, dbRules, dbSlice, pathSnapshot, web } from '../../support/path-scene.ts'

const shown = (answer: ReturnType<typeof answerOf>, { wide = false, width = 100 } = {}) =>
  renderPath(answer, [], { paint: plain, width, wide, seconds: 1.23 })

const five = [1, 2, 3, 4, 5, 6].map(n => ({ ...db, name: `db-${n}`, ips: [`10.244.2.${n}`] }))
const many = pathSnapshot({
  pods: [web, ...five],
  cluster: { endpointSlices: [dbSlice(...five)] },
  node1: dbRules(five.map(({ ips }) => `${ips[0]}:5432`)),
})

test('one way is told hop by hop below the verdict', () => {
  const lines = shown(answerOf(pathSnapshot(), 'web', 'svc/db')).split('\n')
  expect(lines.slice(0, 2)).toEqual(['nothing blocks it', 'pod/default/web → service/default/db:5432/TCP · 1.2 s'])
  expect(lines.filter(line => line.startsWith('ok '))).toHaveLength(11)
})

test('of several ways the worst is told in full, some in one line, the rest is counted', () => {
  const answer = answerOf(many, 'web', 'svc/db')
  const text = shown(answer)
  expect(text.match(/^→ /gm)).toHaveLength(1)
  expect(text.match(/^\w+ +→ /gm)).toHaveLength(4)
  expect(text).toContain('1 more endpoint: see -o wide')
  expect(shown(answer, { wide: true }).match(/^→ /gm)).toHaveLength(6)
})

test('no line is longer than the terminal, and control characters are gone', () => {
  const evil = { ...db, name: 'db-1\u001b[31m' }
  const answer = answerOf(
    pathSnapshot({ pods: [web, evil], cluster: { endpointSlices: [dbSlice(evil)] } }),
    'web',
    'svc/db',
  )
  const text = shown(answer, { width: 60 })
  expect(text).not.toContain('\u001b')
  expect(Math.max(...text.split('\n').map(line => line.length))).toBeLessThanOrEqual(60)
})
