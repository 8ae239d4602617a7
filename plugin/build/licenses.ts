import { readdir, readFile } from 'node:fs/promises'
import * as z from 'zod/mini'

const manifestSchema = z.object({ name: z.string(), version: z.string(), license: z.optional(z.string()) })

/**
 * The licenses and notices of all packages that bundled files come from, as one text. `inputs` are paths relative to
 * `root`, as esbuild names them.
 */
export async function collectLicenses(root: string, inputs: readonly string[]): Promise<string> {
  const folders = [...new Set(inputs.flatMap(packageFolder))].sort()
  const sections = await Promise.all(folders.map(folder => describePackage(`${root}${folder}`)))
  return `kubectl-netcheck contains code of these packages.\n${[...new Set(sections)].sort().join('')}`
}

/** The folder of the package that a file belongs to; nothing for this project's own files. */
const packageFolder = (input: string): readonly string[] =>
  /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input.replace(/^\w+:/, '')) ?? []

async function describePackage(folder: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(`${folder}/package.json`, 'utf8'))
  const { name, version, license } = z.parse(manifestSchema, manifest)
  const files = (await readdir(folder)).filter(file => /^(licen[cs]e|notice|copying)/i.test(file)).sort()
  const texts = await Promise.all(files.map(file => readFile(`${folder}/${file}`, 'utf8')))
  const body = texts.length > 0 ? texts.map(text => text.trim()).join('\n\n') : 'No license file is in the package.'
  return `\n${'='.repeat(80)}\n${name} ${version} (${license ?? 'no license named'})\n\n${body}\n`
}
