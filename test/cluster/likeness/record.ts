import { readFile, writeFile } from 'node:fs/promises'
import { answersOf } from './answers.ts'
import { rawApi } from './raw-api.ts'

// Keeps what a real API server answers: tsx test/cluster/likeness/record.ts KUBECONFIG

const [file = ''] = process.argv.slice(2)
const answers = await answersOf(rawApi(await readFile(file, 'utf8')))
await writeFile(new URL('recorded.json', import.meta.url), `${JSON.stringify(answers, null, 1)}\n`)
