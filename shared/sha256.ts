/**
 * SHA-256 of a UTF-8 text (FIPS 180-4), for names derived from it. Written here because pure code must not import
 * node:crypto.
 */
export function sha256(text: string): Uint8Array {
  const blocks = pad(new TextEncoder().encode(text))
  const hash = Uint32Array.from(initial)
  for (let at = 0; at < blocks.byteLength; at += 64) compress(hash, new DataView(blocks.buffer, at, 64))
  const digest = new DataView(new ArrayBuffer(32))
  hash.forEach((word, i) => {
    digest.setUint32(4 * i, word)
  })
  return new Uint8Array(digest.buffer)
}

/** The message, one bit, zeros, and its length in bits in the last eight bytes. */
function pad(message: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil((message.length + 9) / 64) * 64)
  padded.set(message)
  padded[message.length] = 0x80
  new DataView(padded.buffer).setUint32(padded.length - 4, message.length * 8)
  return padded
}

/** The first primes; the constants are fractions of their roots. */
const primes: readonly number[] = firstPrimes(64)

const fraction = (value: number): number => ((value - Math.floor(value)) * 2 ** 32) >>> 0
const initial = primes.slice(0, 8).map(prime => fraction(Math.sqrt(prime)))
const rounds = primes.map(prime => fraction(Math.cbrt(prime)))

function firstPrimes(count: number): readonly number[] {
  const found: number[] = []
  for (let n = 2; found.length < count; n++) if (found.every(prime => n % prime !== 0)) found.push(n)
  return found
}

const rotate = (word: number, by: number): number => (word >>> by) | (word << (32 - by))
const word = (words: Uint32Array, at: number): number => words[at] ?? 0

function compress(hash: Uint32Array, block: DataView): void {
  const schedule = expand(block)
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = hash
  for (let i = 0; i < 64; i++) {
    const sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    const first = h + sum1 + ((e & f) ^ (~e & g)) + (rounds[i] ?? 0) + word(schedule, i)
    const sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    const second = sum0 + ((a & b) ^ (a & c) ^ (b & c))
    ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0]
  }
  ;[a, b, c, d, e, f, g, h].forEach((value, i) => {
    hash[i] = word(hash, i) + value
  })
}

function expand(block: DataView): Uint32Array {
  const words = new Uint32Array(64)
  for (let i = 0; i < 16; i++) words[i] = block.getUint32(4 * i)
  for (let i = 16; i < 64; i++) {
    const [early, late] = [word(words, i - 15), word(words, i - 2)]
    const sigma0 = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3)
    const sigma1 = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10)
    words[i] = word(words, i - 16) + sigma0 + word(words, i - 7) + sigma1
  }
  return words
}
