/** Size of a header; contents are padded to a multiple of it. */
export const blockBytes = 512

/** Contents of a tar header block. */
export interface TarHeader {
  readonly name: string
  readonly linkName: string
  /** Size of the content that follows. */
  readonly size: number
  /** `0` a file, `1` a hard link, `2` a symbolic link, `5` a folder, `x` and `g` pax, `L` and `K` long names. */
  readonly type: string
}

/** A header, null for an empty block, which ends an archive. Throws an Error of one sentence for anything else. */
export function parseTarHeader(block: Uint8Array): TarHeader | null {
  if (block.every(byte => byte === 0)) return null
  const sum = block.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0)
  if (sum !== numberAt(block, 148, 8)) throw new Error('it is not a tar archive, or it is damaged')
  const magic = textAt(block, 257, 6)
  // GNU tar stores times where ustar has the path prefix.
  const prefix = magic === 'ustar' ? textAt(block, 345, 155) : ''
  const name = textAt(block, 0, 100)
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    linkName: textAt(block, 157, 100),
    size: numberAt(block, 124, 12),
    type: textAt(block, 156, 1) || '0',
  }
}

const utf8 = new TextDecoder()

/** Text up to its first zero byte. */
export function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  return utf8.decode(end === -1 ? bytes : bytes.subarray(0, end))
}

const textAt = (block: Uint8Array, start: number, length: number): string =>
  textOf(block.subarray(start, start + length))

/** Octal digits, or a binary number when the first bit is set. */
function numberAt(block: Uint8Array, start: number, length: number): number {
  const field = block.subarray(start, start + length)
  const [first = 0, ...rest] = field
  if (first === 0x80) return rest.reduce((number, byte) => number * 256 + byte, 0)
  const digits = textOf(field).trim()
  if (!/^[0-7]*$/.test(digits)) throw new Error('it is not a tar archive, or it is damaged')
  return Number.parseInt(digits || '0', 8)
}

/** Records of a pax header by key: `<length> <key>=<value>\n`, where the length includes the whole record. */
export function parsePax(bytes: Uint8Array): ReadonlyMap<string, string> {
  const records = new Map<string, string>()
  for (let at = 0; at < bytes.length && bytes[at] !== 0; ) {
    const space = bytes.indexOf(0x20, at)
    const length = Number(utf8.decode(bytes.subarray(at, Math.min(space, at + 10))))
    const record = bytes.subarray(space + 1, at + length)
    const equals = record.indexOf(0x3d)
    const isWhole = Number.isInteger(length) && space < at + length && record.at(-1) === 0x0a && equals > 0
    if (space === -1 || !isWhole) throw new Error('a pax header of the tar archive is broken')
    records.set(utf8.decode(record.subarray(0, equals)), utf8.decode(record.subarray(equals + 1, -1)))
    at += length
  }
  return records
}
