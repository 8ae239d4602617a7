import fc from 'fast-check'
import { expect, test } from 'vitest'
import { linesOf } from '../../../plugin/kube/lines.ts'

async function* pieces(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let start = 0
  for (const size of [...sizes, bytes.length]) {
    if (start < bytes.length) yield bytes.subarray(start, start + size)
    start += size
  }
}

async function collect(lines: AsyncIterable<string>): Promise<readonly string[]> {
  const all: string[] = []
  for await (const line of lines) all.push(line)
  return all
}

test('lines are the same however the bytes are cut', async () => {
  const line = fc.string({ unit: 'grapheme' }).map(text => text.replaceAll('\n', ''))
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.array(fc.integer({ min: 1, max: 5 })), async (lines, sizes) => {
      const bytes = new TextEncoder().encode(lines.map(text => `${text}\n`).join(''))
      expect(await collect(linesOf(pieces(bytes, sizes), 10_000))).toEqual(lines)
    }),
  )
})

test('a last line without line feed counts', async () => {
  expect(await collect(linesOf(pieces(Buffer.from('a\nb'), []), 10))).toEqual(['a', 'b'])
})

test('a line without end is refused', async () => {
  const endless = linesOf(pieces(Buffer.alloc(100, 'x'), [50]), 60)
  await expect(collect(endless)).rejects.toThrow('longer than 60')
})
