import { arch } from 'node:os'

/** Machine code of `for (;;) pause();`, and the number of the architecture in an ELF header. */
const programs: Readonly<Record<string, { readonly machine: number; readonly code: readonly number[] }>> = {
  // mov eax, 34; syscall; jmp back
  x64: { machine: 62, code: [0xb8, 0x22, 0, 0, 0, 0x0f, 0x05, 0xeb, 0xf7] },
  // x0..x4 = 0; x8 = 73 (ppoll); svc 0; branch back
  arm64: {
    machine: 183,
    code: [0xd2800000, 0xd2800001, 0xd2800002, 0xd2800003, 0xd2800004, 0xd2800928, 0xd4000001, 0x17fffff9].flatMap(
      word => [word & 255, (word >>> 8) & 255, (word >>> 16) & 255, word >>> 24],
    ),
  },
}

const load = 0x400000
const headerBytes = 64 + 56

/**
 * A complete ELF program for this machine that waits until it is killed. It stands for daemons and CNI plugins where
 * only their presence matters. For other architectures than amd64 and arm64 it is one of amd64 and cannot be run.
 */
export function idleProgram(architecture: string = arch()): Uint8Array {
  const { machine, code } = programs[architecture] ?? programs.x64 ?? { machine: 0, code: [] }
  const file = Buffer.alloc(headerBytes + code.length)
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1])
  file.writeUInt16LE(2, 16)
  file.writeUInt16LE(machine, 18)
  file.writeUInt32LE(1, 20)
  file.writeBigUInt64LE(BigInt(load + headerBytes), 24)
  file.writeBigUInt64LE(64n, 32)
  // Sizes of this header and of the only segment's, and how many there are.
  file.writeUInt16LE(64, 52)
  file.writeUInt16LE(56, 54)
  file.writeUInt16LE(1, 56)
  file.writeUInt32LE(1, 64)
  file.writeUInt32LE(5, 68)
  file.writeBigUInt64LE(BigInt(load), 80)
  file.writeBigUInt64LE(BigInt(load), 88)
  file.writeBigUInt64LE(BigInt(file.length), 96)
  file.writeBigUInt64LE(BigInt(file.length), 104)
  file.writeBigUInt64LE(4096n, 112)
  file.set(code, headerBytes)
  return file
}
