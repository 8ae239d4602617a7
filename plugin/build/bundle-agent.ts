import { fileURLToPath } from 'node:url'
import { type BuildResult, build } from 'esbuild'

const entry = fileURLToPath(new URL('../../agent/main.ts', import.meta.url))

/**
 * The in-cluster agent as one file for Node 20 and later, to be compiled from memory. It contains no code that writes.
 */
export const bundleAgent = async (): Promise<Uint8Array> => onlyFile(await buildAgent([recorder, releaser]))

/** The agent of a release run, which can release addresses. */
export const bundleReleaseAgent = async (): Promise<Uint8Array> => onlyFile(await buildAgent([recorder]))

/** The agent as a host program, which can also record. */
export const bundleHostAgent = async (): Promise<Uint8Array> => onlyFile(await buildAgent([releaser]))

const recorder = './once.ts'
const releaser = './release/service.ts'

function onlyFile({ outputFiles }: BuildResult): Uint8Array {
  const [file] = outputFiles ?? []
  if (!file) throw new Error('the bundler wrote no agent')
  return file.contents
}

/** Paths of all source files that went into the agent. */
export async function agentInputs(): Promise<readonly string[]> {
  const { metafile } = await buildAgent([recorder, releaser])
  return Object.keys(metafile?.inputs ?? {})
}

const buildAgent = (without: readonly string[]): Promise<BuildResult> =>
  build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    minify: true,
    legalComments: 'none',
    // Optional native helpers of ws; the agent has no packages beside it.
    external: ['bufferutil', 'utf-8-validate', ...without],
    logLevel: 'warning',
  })
