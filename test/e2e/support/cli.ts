import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { execa, type ResultPromise } from 'execa'
import * as z from 'zod/mini'

export const program = fileURLToPath(new URL('../../../dist/kubectl-netcheck.js', import.meta.url))

const options = {
  reject: false,
  timeout: 120_000,
  // Colours and proxies of whoever runs the tests are none of their business.
  env: { NO_COLOR: '1', HTTPS_PROXY: '', https_proxy: '' },
} as const

export interface Outcome {
  readonly exitCode: number | undefined
  readonly stdout: string
  readonly stderr: string
}

/** Runs the built program to its end. */
export async function netcheck(...args: readonly string[]): Promise<Outcome> {
  const { exitCode, stdout, stderr } = await begin(...args)
  return { exitCode, stdout, stderr }
}

/** Starts the built program and leaves it running. */
export function begin(...args: readonly string[]): ResultPromise<typeof options> {
  if (!existsSync(program)) throw new Error('there is no dist/kubectl-netcheck.js; run: npm run build')
  return execa(process.execPath, [program, ...args], options)
}

const findingSchema = z.looseObject({
  code: z.string(),
  severity: z.string(),
  subject: z.looseObject({ kind: z.string(), name: z.string() }),
})

const reportSchema = z.looseObject({
  coverage: z.looseObject({
    nodes: z.number(),
    read: z.number(),
    notRead: z.array(z.object({ node: z.string(), why: z.string() })),
  }),
  rootCauses: z.array(findingSchema),
  findings: z.array(findingSchema),
})
export type JsonReport = z.infer<typeof reportSchema>

/** Runs `nodes -o json` and reads the report. Throws when it printed none. */
export async function report(kubeconfig: string, ...args: readonly string[]): Promise<JsonReport & Outcome> {
  const outcome = await netcheck('nodes', '--kubeconfig', kubeconfig, '-o', 'json', ...args)
  try {
    return { ...outcome, ...reportSchema.parse(JSON.parse(outcome.stdout)) }
  } catch {
    throw new Error(`no report (exit code ${outcome.exitCode}): ${outcome.stdout.slice(0, 300)} ${outcome.stderr}`)
  }
}
