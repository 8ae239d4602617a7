import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { build } from 'esbuild'

/** A range of inputs for one parser. */
export interface Job {
  readonly name: string
  readonly seed: number
  readonly inputs: number
  readonly from: number
}

export interface WorkerInput {
  readonly jobs: readonly Job[]
  /** Two words: the number of the current input, and how many were started. */
  readonly progress: SharedArrayBuffer
}

/** Results of one parser's inputs; times in ms. */
export interface JobResult {
  readonly name: string
  inputs: number
  refused: number
  readonly escapes: { readonly number: number; readonly why: string; readonly text: string }[]
  ms: number
  slowestMs: number
}

/** Results including inputs that hung or crashed the thread. */
export type Outcome = JobResult & { readonly hangs: readonly { readonly number: number; readonly why: string }[] }

interface Options {
  readonly hangMs: number
  readonly onOutcome?: (outcome: Outcome) => void
}

/**
 * Fuzzes parsers in a watched thread: an input that takes longer than `hangMs`, or crashes the thread, is a hang. The
 * run then continues with the next parser.
 */
export async function runFuzz(jobs: readonly Job[], options: Options): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  const add = (outcome: Outcome) => {
    outcomes.push(outcome)
    options.onOutcome?.(outcome)
  }
  while (outcomes.length < jobs.length) {
    const before = outcomes.length
    const stuck = await runWorker(jobs.slice(before), { ...options, onOutcome: add })
    const job = jobs[outcomes.length]
    if (stuck && job) add({ ...nothing, name: job.name, hangs: [stuck] })
    if (outcomes.length === before) throw new Error('the thread ended and did nothing')
  }
  return outcomes
}

const nothing = { inputs: 0, refused: 0, escapes: [], ms: 0, slowestMs: 0 }

let bundled: Promise<string> | undefined

/** Worker threads cannot load TypeScript. */
function bundleWorker(): Promise<string> {
  bundled ??= build({
    entryPoints: [fileURLToPath(new URL('./worker.ts', import.meta.url))],
    bundle: true,
    write: false,
    platform: 'node',
    // Seeds lie beside the source.
    define: { 'import.meta.url': JSON.stringify(import.meta.url) },
    logLevel: 'warning',
  }).then(({ outputFiles: [file] }) => file?.text ?? '')
  return bundled
}

interface Stuck {
  readonly number: number
  readonly why: string
}

/** Runs jobs until all are done, or one of them stops. */
async function runWorker(jobs: readonly Job[], { hangMs, onOutcome }: Required<Options>): Promise<Stuck | null> {
  const progress = new SharedArrayBuffer(8)
  const workerData: WorkerInput = { jobs, progress }
  const worker = new Worker(await bundleWorker(), {
    eval: true,
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  })
  const number = () => new Int32Array(progress)[0] ?? 0
  worker.on('message', (result: JobResult) => onOutcome({ ...result, hangs: [] }))
  return new Promise((resolve, reject) => {
    const stop = watch(progress, hangMs, () => {
      resolve({ number: number(), why: `took longer than ${hangMs} ms` })
      void worker.terminate()
    })
    worker.on('error', error => {
      // Before the first input, it is not a parser's failure.
      if (Atomics.load(new Int32Array(progress), 1) === 0) reject(error)
      resolve({ number: number(), why: `ended the thread: ${error.message}` })
    })
    worker.on('exit', () => {
      stop()
      resolve(null)
    })
  })
}

/** Calls back when one input takes this long; starts with the first input. */
function watch(progress: SharedArrayBuffer, hangMs: number, onHang: () => void): () => void {
  const watched = new Int32Array(progress)
  let begun = 0
  let since = performance.now()
  const timer = setInterval(() => {
    const now = Atomics.load(watched, 1)
    if (now !== begun || now === 0) since = performance.now()
    begun = now
    if (performance.now() - since > hangMs) onHang()
  }, 100)
  return () => clearInterval(timer)
}
