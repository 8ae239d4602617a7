import { readFile, writeFile } from 'node:fs/promises'
import { answersOf } from './answers.ts'
import { lifecyclesOf } from './lifecycles.ts'
import { rawApi } from './raw-api.ts'

// Keeps what a real cluster answers and does: tsx test/cluster/likeness/record.ts KUBECONFIG

const [file = ''] = process.argv.slice(2)
const api = rawApi(await readFile(file, 'utf8'))

await keep('answers.json', await answersOf(api))
await keep('lifecycles.json', await lifecyclesOf(api))

function keep(name: string, value: unknown): Promise<void> {
  return writeFile(new URL(`gen/${name}`, import.meta.url), `${JSON.stringify(value, null, 1)}\n`)
}
