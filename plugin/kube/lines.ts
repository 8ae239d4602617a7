import { ApiError } from './errors.ts'

/** Splits a byte stream into lines; the last one may lack its line feed. Throws ApiError for an overlong line. */
export async function* linesOf(stream: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const bytes of stream) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > maxBytes)
      throw new ApiError('API_STATUS', `a line is longer than ${maxBytes} bytes`, { status: 413 })
    yield* lines
  }
  if (rest !== '') yield rest
}
