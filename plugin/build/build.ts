import { chmod, copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { commands } from '../cli/commands.ts'
import { helpFile, helpWidth } from '../cli/help.ts'
import { parseArguments } from '../cli/parse.ts'
import { pages } from '../gen/checks.ts'
import { agentInputs, bundleAgent, bundleHostAgent, bundleReleaseAgent } from './bundle-agent.ts'
import { collectLicenses } from './licenses.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const target = `${root}dist`
// Built beside the old one and swapped in when complete, so that a running program keeps its files.
const dist = `${target}.${process.pid}`

await mkdir(`${dist}/pages`, { recursive: true })
await Promise.all([bundlePlugin(), writeAgent(), copyPages(), copyCompletion(), writeHelp()])
await rm(target, { recursive: true, force: true })
await rename(dist, target)

/** Splits the plugin into files that are loaded on demand: the entry alone answers `--help`. */
async function bundlePlugin(): Promise<void> {
  const { metafile } = await build({
    entryPoints: { 'kubectl-netcheck': `${root}plugin/main.ts` },
    outdir: dist,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minify: true,
    // All licenses are in one file beside the program.
    legalComments: 'none',
    metafile: true,
    absWorkingDir: root,
    chunkNames: 'chunks/[name]-[hash]',
    // Some bundled libraries are CommonJS and call `require`.
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  })
  await chmod(`${dist}/kubectl-netcheck.js`, 0o755)
  const inputs = [...Object.keys(metafile.inputs), ...(await agentInputs())]
  await writeFile(`${dist}/THIRD-PARTY-LICENSES.txt`, await collectLicenses(root, inputs))
}

async function writeAgent(): Promise<void> {
  await writeFile(`${dist}/agent.js.gz`, gzipSync(await bundleAgent(), { level: 9 }))
  await writeFile(`${dist}/release-agent.js.gz`, gzipSync(await bundleReleaseAgent(), { level: 9 }))
  await writeFile(`${dist}/agent.cjs`, await bundleHostAgent())
}

async function copyPages(): Promise<void> {
  const copies = Object.entries(pages).map(([code, page]) =>
    copyFile(`${root}plugin/checks/${page}`, `${dist}/pages/${code}.md`),
  )
  await Promise.all(copies)
}

async function copyCompletion(): Promise<void> {
  await copyFile(`${root}plugin/build/kubectl_complete-netcheck`, `${dist}/kubectl_complete-netcheck`)
  await chmod(`${dist}/kubectl_complete-netcheck`, 0o755)
}

async function writeHelp(): Promise<void> {
  const names = ['', ...commands.map(({ command }) => command.split(' ')[0] ?? '')]
  const texts = names.map(async name => {
    const request = await parseArguments(name ? [name, '--help'] : ['--help'], helpWidth)
    return [name, request.kind === 'help' ? request.text : ''] as const
  })
  await writeFile(`${dist}/${helpFile}`, JSON.stringify(Object.fromEntries(await Promise.all(texts))))
}
