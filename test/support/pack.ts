import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import tar, { type Header } from 'tar-stream'

/** One entry of a packed archive; a header alone is one of another type, such as a link. */
export type Packed = Partial<Omit<Header, 'name'>> & { readonly name: string; readonly text?: string | Uint8Array }

/** Bytes of a tar archive, packed by gzip unless told otherwise. */
export async function pack(
  entries: readonly Packed[],
  { gzip = true }: { readonly gzip?: boolean } = {},
): Promise<Buffer> {
  const packer = tar.pack()
  const packed = buffer(packer)
  for (const { text = '', ...header } of entries) {
    packer.entry(header, Buffer.from(text))
  }
  packer.finalize()
  return gzip ? gzipSync(await packed) : packed
}
