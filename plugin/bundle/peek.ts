/**
 * Returns up to `count` first bytes of a stream, and the whole stream including them. A pipe may deliver one byte at a
 * time.
 */
export async function peek(
  stream: AsyncIterable<Uint8Array>,
  count: number,
): Promise<readonly [Uint8Array, AsyncGenerator<Uint8Array>]> {
  const chunks = stream[Symbol.asyncIterator]()
  let start: Uint8Array = new Uint8Array()
  while (start.length < count) {
    const next = await chunks.next()
    if (next.done) break
    start = Buffer.concat([start, next.value])
  }
  return [start, chain(start, chunks)]
}

async function* chain(start: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield start
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
  } finally {
    await rest.return?.()
  }
}
