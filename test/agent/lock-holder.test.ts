import { expect, test } from 'vitest'
import { holderIn } from '../../agent/release/lock-holder.ts'

const locks = `1: POSIX  ADVISORY  WRITE 11 08:01:77 0 EOF
2: FLOCK  ADVISORY  READ 12 08:01:77 0 EOF
3: FLOCK  ADVISORY  WRITE 2048 fe:00:77 0 EOF
3: -> FLOCK  ADVISORY  WRITE 4096 fe:00:78 0 EOF
`

test('the holder of a flock is named, and neither who waits nor who holds a lock of another kind', () => {
  expect(holderIn(locks, 77)).toBe(2048)
  expect(holderIn(locks, 78)).toBeNull()
})

test('text that is no list of locks names nobody', () => {
  expect(holderIn('', 77)).toBeNull()
  expect(holderIn('3: FLOCK ADVISORY WRITE x y:77 0', 77)).toBeNull()
})
