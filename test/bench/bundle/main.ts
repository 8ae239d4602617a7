import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { execa } from 'execa'
import * as z from 'zod/mini'

// `npm run bench:bundle -- [NODES…] [--megabytes N] [--recording FILE]`: size, time and memory of bundles of many nodes.

const args = process.argv.slice(2)
const option = (name: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined)
const counts = args.filter(arg => /^\d+$/.test(arg) && arg !== option('--megabytes'))
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const recording = option('--recording') ?? here('../../bundles/debian-bookworm')

const resultSchema = z.object({
  readMs: z.number(),
  cpuMs: z.number(),
  readPeak: z.number(),
  ms: z.number(),
  peak: z.number(),
  bytes: z.number(),
  unpacked: z.number(),
})

const folder = await mkdtemp(join(tmpdir(), 'netcheck-bench-'))
try {
  await build({
    entryPoints: [here('agents.ts'), here('writer.ts')],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    minify: true,
    bundle: true,
    platform: 'node',
    format: 'esm',
    splitting: true,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'warning',
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
  })
  for (const count of counts.length > 0 ? counts : ['3', '50', '200']) await measure(count)
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function measure(count: string): Promise<void> {
  const agents = spawn(
    process.execPath,
    [join(folder, 'agents.mjs'), count, option('--megabytes') ?? '20', recording],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const [ports] = await once(createInterface(agents.stdout), 'line')
  const path = join(folder, `${count}.tar.gz`)
  const { stdout } = await execa(process.execPath, [join(folder, 'writer.mjs'), String(ports), recording, path])
  agents.kill()
  const it = resultSchema.parse(JSON.parse(stdout))
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`
  process.stdout.write(
    `${count} nodes: ${megabytes(it.unpacked)} packed to ${megabytes(it.bytes)}; read and written in ${(it.readMs / 1000).toFixed(1)} s (${(it.cpuMs / 1000).toFixed(1)} s CPU) with ${(it.readPeak / 1024).toFixed(0)} MiB, judged after ${(it.ms / 1000).toFixed(1)} s with ${(it.peak / 1024).toFixed(0)} MiB\n`,
  )
}
