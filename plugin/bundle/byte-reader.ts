/** Reads byte ranges of a given length from chunks of any length. */
export interface ByteReader {
  /** The next `count` bytes; fewer only at the end. */
  readonly take: (count: number) => Promise<Uint8Array>
  /** Skips bytes; false when there are fewer. */
  readonly skip: (count: number) => Promise<boolean>
  /** Releases the source. */
  readonly stop: () => Promise<void>
}

/** Reads a stream piece by piece; at most one chunk is buffered. */
export function readBytes(chunks: AsyncIterable<Uint8Array>): ByteReader {
  const source = chunks[Symbol.asyncIterator]()
  let chunk: Uint8Array = new Uint8Array()
  const next = async (most: number): Promise<Uint8Array> => {
    while (chunk.length === 0) {
      const result = await source.next()
      if (result.done) return chunk
      chunk = result.value
    }
    const piece = chunk.subarray(0, most)
    chunk = chunk.subarray(piece.length)
    return piece
  }
  const pass = async (count: number, use: (piece: Uint8Array) => void): Promise<number> => {
    let left = count
    while (left > 0) {
      const piece = await next(left)
      if (piece.length === 0) break
      use(piece)
      left -= piece.length
    }
    return count - left
  }
  return {
    take: async count => {
      const pieces: Uint8Array[] = []
      await pass(count, piece => pieces.push(piece))
      // Always a copy, so that a kept piece does not retain its whole chunk.
      return Buffer.concat(pieces)
    },
    skip: async count => (await pass(count, () => undefined)) === count,
    stop: async () => void (await source.return?.()),
  }
}
