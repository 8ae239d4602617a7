import { readFileSync, statSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseElf } from '../../../shared/formats/elf.ts'

const goArchitectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le' }

test('the program that runs this test is an uncut file of this architecture', () => {
  const head = readFileSync(process.execPath).subarray(0, 64)
  const elf = parseElf(head)
  expect(elf?.architecture).toBe(goArchitectures[process.arch] ?? process.arch)
  expect(elf?.minimumSize).toBeLessThanOrEqual(statSync(process.execPath).size)
})

interface Fields {
  readonly is64: boolean
  readonly little: boolean
  readonly machine: number
  readonly programs: readonly [at: number, size: number, count: number]
  readonly sections: readonly [at: number, size: number, count: number]
}

/** Writes a header as elf(5) lays it out. */
function writeElf({ is64, little, machine, programs, sections }: Fields): Uint8Array {
  const head = new Uint8Array(is64 ? 64 : 52)
  head.set([0x7f, 0x45, 0x4c, 0x46, is64 ? 2 : 1, little ? 1 : 2])
  const view = new DataView(head.buffer)
  view.setUint16(18, machine, little)
  for (const [index, [at, size, count]] of [programs, sections].entries()) {
    if (is64) view.setBigUint64(32 + 8 * index, BigInt(at), little)
    else view.setUint32(28 + 4 * index, at, little)
    view.setUint16((is64 ? 54 : 42) + 4 * index, size, little)
    view.setUint16((is64 ? 56 : 44) + 4 * index, count, little)
  }
  return head
}

test('a file must reach to the end of both of its tables, in any width and byte order', () => {
  const table = fc.tuple(fc.nat(2 ** 31), fc.nat(100), fc.nat(200))
  const fields = fc.record({
    is64: fc.boolean(),
    little: fc.boolean(),
    machine: fc.constant(0x3e),
    programs: table,
    sections: table,
  })
  fc.assert(
    fc.property(fields, given => {
      const end = ([at, size, count]: readonly [number, number, number]) => at + size * count
      const minimumSize = Math.max(given.is64 ? 64 : 52, end(given.programs), end(given.sections))
      expect(parseElf(writeElf(given))).toEqual({ architecture: 'amd64', minimumSize })
    }),
  )
})

test.each([
  [0xb7, true, 'arm64'],
  [0x16, false, 's390x'],
  [0x15, true, 'ppc64le'],
  [0x15, false, 'ppc64'],
  [0x08, true, 'mips64le'],
  [0xffff, true, 'machine 0xffff'],
])('machine %i, little endian %s is %s', (machine, little, architecture) => {
  const none = [0, 0, 0] as const
  expect(parseElf(writeElf({ is64: true, little, machine, programs: none, sections: none }))?.architecture).toBe(
    architecture,
  )
})

test('a header that is cut asks for its own size', () => {
  expect(parseElf(new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1]))).toEqual({ architecture: 'unknown', minimumSize: 64 })
})

test('other bytes are no ELF file, and none make it throw', () => {
  expect(parseElf(new TextEncoder().encode('#!/bin/sh\n'))).toBeNull()
  fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), bytes => parseElf(bytes) === null || bytes[0] === 0x7f))
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), bytes => {
      expect(parseElf(new Uint8Array([0x7f, 0x45, 0x4c, 0x46, ...bytes]))?.minimumSize).toBeGreaterThanOrEqual(52)
    }),
  )
})
