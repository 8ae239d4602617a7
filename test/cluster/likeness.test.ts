import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Cluster, startCluster } from './index.ts'
import { type Answer, answersOf } from './likeness/answers.ts'
import { lifecyclesOf } from './likeness/lifecycles.ts'
import { rawApi } from './likeness/raw-api.ts'

// The embedded cluster answers and acts as a real one of 1.36 did: likeness/record.ts kept that.

const recorded = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`likeness/gen/${name}.json`, import.meta.url), 'utf8'))

let cluster: Cluster
let answers: Record<string, Answer>
let lifecycles: Record<string, unknown>
beforeAll(async () => {
  cluster = await startCluster({ nodes: 1, isPlain: true })
  const api = rawApi(await readFile(cluster.kubeconfig, 'utf8'))
  answers = await answersOf(api)
  const hurry = setInterval(() => cluster.api.clock.skip(1_000), 100)
  lifecycles = await lifecyclesOf(api)
  clearInterval(hurry)
})
afterAll(() => cluster.stop())

test.each(Object.entries(recorded('answers')))('it answers alike: %s', (name, answer) => {
  expect(answers[name]).toEqual(answer)
})

test.each(Object.entries(recorded('lifecycles')))('it acts alike: %s', (name, life) => {
  expect(lifecycles[name]).toEqual(life)
})
