/** Facts from the first bytes of an ELF file. */
export interface ElfHeader {
  /** Go's name, as in the Node API; `machine 0x…` for one that Kubernetes does not support. */
  readonly architecture: string
  /** Minimum file size according to the header. */
  readonly minimumSize: number
}

/** Most bytes of an ELF header. */
export const elfHeaderBytes = 64

/** Reads an ELF header; null for anything else. For a truncated header, the minimum size is its own. Source: elf(5). */
export function parseElf(head: Uint8Array): ElfHeader | null {
  if (!magic.every((byte, index) => head[index] === byte)) return null
  const is64 = head[4] === 2
  const headerSize = is64 ? 64 : 52
  if (head.length < headerSize) return { architecture: 'unknown', minimumSize: headerSize }
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const little = head[5] === 1
  const offset = (at: number) => (is64 ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little))
  const half = (at: number) => view.getUint16(at, little)
  const machine = half(18)
  const sizes = is64 ? 54 : 42
  const programHeaders = offset(is64 ? 32 : 28) + half(sizes) * half(sizes + 2)
  const sectionHeaders = offset(is64 ? 40 : 32) + half(sizes + 4) * half(sizes + 6)
  return {
    architecture: architectureOf(machine, { is64, little }),
    minimumSize: Math.max(headerSize, programHeaders, sectionHeaders),
  }
}

const magic = [0x7f, 0x45, 0x4c, 0x46] as const

/** Names by e_machine, and those that differ by width or byte order. */
const machines: Readonly<Record<number, string>> = {
  3: '386',
  22: 's390x',
  40: 'arm',
  62: 'amd64',
  183: 'arm64',
  243: 'riscv64',
  258: 'loong64',
}

function architectureOf(machine: number, { is64, little }: { is64: boolean; little: boolean }): string {
  if (machine === 0x15) return little ? 'ppc64le' : 'ppc64'
  if (machine === 0x08) return `mips${is64 ? '64' : ''}${little ? 'le' : ''}`
  return machines[machine] ?? `machine 0x${machine.toString(16)}`
}
