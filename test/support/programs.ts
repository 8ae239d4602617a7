import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import type { TestProject } from 'vitest/node'
import { bundleAgent, bundleHostAgent, bundleReleaseAgent } from '../../plugin/build/bundle-agent.ts'

/** Paths of what the tests start, each as one file. */
export interface Programs {
  /** The agent of clusters as it is mounted there, and as it is compiled. */
  readonly agentPacked: string
  readonly agent: string
  readonly releaseAgentPacked: string
  readonly hostAgent: string
  /** `collect-here.ts`. */
  readonly collector: string
}

declare module 'vitest' {
  interface ProvidedContext {
    readonly programs: Programs
  }
}

/** Bundles them once for all files of a project. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'netcheck-programs-'))
  // Another user may have to read them.
  await chmod(folder, 0o755)
  const write = async (name: string, content: Uint8Array) => {
    await writeFile(join(folder, name), content)
    return join(folder, name)
  }
  const [agent, releaseAgent, hostAgent, collector] = await Promise.all([
    bundleAgent(),
    bundleReleaseAgent(),
    bundleHostAgent(),
    bundleCollector(join(folder, 'collector.mjs')),
  ])
  project.provide('programs', {
    agentPacked: await write('agent.js.gz', gzipSync(agent)),
    agent: await write('agent.cjs', agent),
    releaseAgentPacked: await write('release-agent.js.gz', gzipSync(releaseAgent)),
    hostAgent: await write('host-agent.cjs', hostAgent),
    collector,
  })
  return () => rm(folder, { recursive: true, force: true })
}

async function bundleCollector(outfile: string): Promise<string> {
  await build({
    entryPoints: [fileURLToPath(new URL('collect-here.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    // Some libraries inside are CommonJS and ask for `require`.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    external: ['bufferutil', 'utf-8-validate'],
    logLevel: 'warning',
  })
  return outfile
}
