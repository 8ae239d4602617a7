import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseIpsetSave } from '../../../shared/formats/ipset-save.ts'

const text = `create KUBE-CLUSTER-IP hash:ip,port family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x1
add KUBE-CLUSTER-IP 10.96.0.10,tcp:53
add KUBE-CLUSTER-IP 10.96.0.10,udp:53 comment "kube-system/kube-dns:dns"
create EMPTY bitmap:port range 0-65535
`

test('sets with their entries', () => {
  expect(parseIpsetSave(text)).toEqual({
    omittedSets: 0,
    strayLines: 0,
    sets: [
      {
        name: 'KUBE-CLUSTER-IP',
        type: 'hash:ip,port',
        options: 'family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x1'.split(' '),
        entries: [
          { value: '10.96.0.10,tcp:53', options: [] },
          { value: '10.96.0.10,udp:53', options: ['comment', 'kube-system/kube-dns:dns'] },
        ],
        omitted: 0,
      },
      { name: 'EMPTY', type: 'bitmap:port', options: ['range', '0-65535'], entries: [], omitted: 0 },
    ],
  })
})

test('no text is no sets', () => {
  expect(parseIpsetSave('')).toEqual({ sets: [], omittedSets: 0, strayLines: 0 })
})

test('without room entries and sets are counted', () => {
  expect(parseIpsetSave(text, 200)).toMatchObject({ omittedSets: 1, sets: [{ entries: [], omitted: 2 }] })
})

test('every line of any text is a set, an entry, empty or stray', () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom('create a hash:ip', 'add a 1.2.3.4', 'add b 1', 'create', 'add "a', 'create a hash:net'),
  )
  fc.assert(
    fc.property(fc.array(line), lines => {
      const { sets, strayLines } = parseIpsetSave(lines.join('\n'))
      const entries = sets.reduce((sum, set) => sum + set.entries.length, 0)
      const written = lines
        .join('\n')
        .split('\n')
        .filter(each => each.trim() !== '')
      expect(sets.length + entries + strayLines).toBe(written.length)
    }),
    { numRuns: 500 },
  )
})
