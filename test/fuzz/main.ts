import { parseArgs } from 'node:util'
import { productNames } from './all-entries.ts'
import { type Outcome, runFuzz } from './run.ts'

// npm run fuzz -- [--inputs N] [--seed S] [--only file/export]: N inputs over all parsers, the same for the same seed.

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
  },
})
const names = productNames.filter(name => values.only === undefined || name === values.only)
const seed = Number(values.seed)
const inputs = Math.ceil(Number(values.inputs) / names.length)
if (names.length === 0 || !Number.isSafeInteger(seed) || !(inputs > 0)) {
  throw new Error('usage: npm run fuzz -- [--inputs N] [--seed S] [--only file/export]')
}

const print = (line: string) => process.stdout.write(`${line}\n`)
const row = (cells: readonly (string | number)[]) =>
  print(cells.map((cell, index) => (index === 0 ? String(cell).padEnd(36) : String(cell).padStart(10))).join(' '))

function show({ name, inputs: done, refused, escapes, hangs, ms, slowestMs }: Outcome): void {
  const perSecond = ms > 0 ? Math.round((done / ms) * 1000) : 0
  row([name, done, perSecond, refused, escapes.length, hangs.length, slowestMs.toFixed(1)])
  for (const { number, why, text } of escapes) print(`  input ${number} ${why}: ${JSON.stringify(text)}`)
  for (const { number, why } of hangs) print(`  input ${number} ${why}`)
}

row(['parser', 'inputs', 'inputs/s', 'refused', 'escapes', 'hangs', 'slowest ms'])
const jobs = names.map(name => ({ name, seed, inputs, from: 0 }))
const outcomes = await runFuzz(jobs, { hangMs: 5_000, onOutcome: show })
const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + of(outcome), 0)
const escapes = sum(outcome => outcome.escapes.length)
const hangs = sum(outcome => outcome.hangs.length)
print(
  `${names.length} functions, ${sum(outcome => outcome.inputs)} inputs, ${escapes} escapes, ${hangs} hangs, seed ${seed}`,
)
process.exitCode = escapes + hangs > 0 ? 1 : 0
