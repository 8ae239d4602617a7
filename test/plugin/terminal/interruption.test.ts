import { expect, test } from 'vitest'
import { makeInterruption } from '../../../plugin/terminal/interruption.ts'

function signals(...given: readonly { readonly at: number; readonly code: number }[]) {
  let clock = 0
  const exits: number[] = []
  const interruption = makeInterruption({ now: () => clock, exit: code => exits.push(code) })
  for (const { at, code } of given) {
    clock = at
    interruption.interrupt(code)
  }
  return { exits, interruption }
}

test('the first signal asks the run to end and names the exit code', () => {
  const { exits, interruption } = signals({ at: 10, code: 143 })
  expect(interruption.signal.reason).toMatchObject({ code: 'INTERRUPTED' })
  expect(interruption.exitCode()).toBe(143)
  expect(exits).toEqual([])
})

test('a second one ends the process at once', () => {
  const { exits, interruption } = signals({ at: 10, code: 130 }, { at: 600, code: 143 })
  expect(exits).toEqual([143])
  expect(interruption.exitCode()).toBe(130)
})

test('the same signal sent to the process and to its group is one', () => {
  expect(signals({ at: 10, code: 143 }, { at: 12, code: 143 }).exits).toEqual([])
})

test('a closed pipe ends the run without an exit code of its own', () => {
  const { interruption } = signals()
  interruption.stop('EPIPE')
  expect(interruption.signal.reason).toBe('EPIPE')
  expect(interruption.exitCode()).toBeNull()
})
