import { parentPort, workerData } from 'node:worker_threads'
import * as fc from 'fast-check'
import { allEntries } from './all-entries.ts'
import { hostileTexts } from './arbitrary.ts'
import type { Entry } from './entry.ts'
import { judge } from './judge.ts'
import type { Job, JobResult, WorkerInput } from './run.ts'

const batchSize = 256
const mostEscapes = 5

// What run.ts gives.
const { jobs, progress } = workerData as WorkerInput
const watched = new Int32Array(progress)

async function perform(job: Job): Promise<JobResult> {
  const entry = allEntries.get(job.name)
  if (!entry) throw new Error(`there is no entry ${job.name}`)
  const result = { name: job.name, inputs: 0, refused: 0, escapes: [] as JobResult['escapes'], ms: 0, slowestMs: 0 }
  for (let batch = Math.floor(job.from / batchSize); batch * batchSize < job.inputs; batch += 1) {
    for (const [index, text] of textsOf(entry, job, batch).entries()) {
      const number = batch * batchSize + index
      if (number < job.from || number >= job.inputs) continue
      tell(number)
      await take(result, { entry, text, number })
    }
  }
  return result
}

/** The same texts for the same seed, independent of earlier calls. */
const textsOf = (entry: Entry, { name, seed }: Job, batch: number): readonly string[] =>
  fc.sample(hostileTexts(entry.seeds), { numRuns: batchSize, seed: hash(`${seed}/${name}/${batch}`) })

const hash = (text: string): number => [...text].reduce((sum, char) => (Math.imul(sum, 31) + char.charCodeAt(0)) | 0, 7)

interface Given {
  readonly entry: Entry
  readonly text: string
  readonly number: number
}

async function take(result: JobResult, { entry, text, number }: Given): Promise<void> {
  const start = performance.now()
  const verdict = await judge(entry, text)
  const ms = performance.now() - start
  result.inputs += 1
  result.ms += ms
  result.slowestMs = Math.max(result.slowestMs, ms)
  if (verdict.kind === 'refused') result.refused += 1
  if (verdict.kind === 'escape' && result.escapes.length < mostEscapes) {
    result.escapes.push({ number, why: verdict.why, text: text.slice(0, 500) })
  }
}

/** Tells the watcher which input is being read. */
function tell(number: number): void {
  Atomics.store(watched, 0, number)
  Atomics.add(watched, 1, 1)
}

async function performAll(): Promise<void> {
  for (const job of jobs) parentPort?.postMessage(await perform(job))
}

// After everything above, which is not a function declaration only.
void performAll()
