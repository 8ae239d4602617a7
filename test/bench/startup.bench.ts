import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { bench, describe } from 'vitest'

const program = fileURLToPath(new URL('../../dist/kubectl-netcheck.js', import.meta.url))
const node = (...args: string[]) => execa(process.execPath, args)

// The aim is at most 1.6 times the first.
describe('start of the program', () => {
  bench('node -e 0', async () => void (await node('-e', '0')))
  bench('kubectl netcheck --help', async () => void (await node(program, '--help')))
  bench('kubectl netcheck nodes --help', async () => void (await node(program, 'nodes', '--help')))
})
