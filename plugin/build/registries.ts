import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** A generated registry: its path and text. */
export interface Registry {
  readonly path: string
  readonly text: string
}

/**
 * All registries, generated from the folder listings under `root`. They are committed; a test fails when they are
 * stale.
 */
export function makeRegistries(root: string): readonly Registry[] {
  return [parts(root), clusterParts(root), checks(root)]
}

function parts(root: string): Registry {
  return named(root, {
    folder: 'shared/node',
    target: 'shared/gen/parts.ts',
    constant: 'parts',
  })
}

function clusterParts(root: string): Registry {
  return named(root, {
    folder: 'plugin/cluster',
    target: 'plugin/gen/cluster-parts.ts',
    constant: 'clusterParts',
  })
}

function checks(root: string): Registry {
  const files = readdirSync(join(root, 'plugin/checks'), {
    withFileTypes: true,
  })
    .filter(entry => entry.isDirectory())
    .flatMap(area => sources(join(root, 'plugin/checks', area.name)).map(file => `${area.name}/${file}`))
    .sort()
  const lines = [
    header,
    "import type { AnyCheck } from '../engine/check.ts'",
    ...files.map(file => `import ${camel(codeOf(file))} from '../checks/${file}'`),
    '',
    `export const checks: readonly AnyCheck[] = [${files.map(file => camel(codeOf(file))).join(', ')}]`,
    '',
    '/** Name of the page of each check, under plugin/checks/. */',
    `export const pages: Readonly<Record<string, string>> = {`,
    ...files.map(file => `  ${codeOf(file).toUpperCase()}: '${file.replace(/\.ts$/, '.md')}',`),
    '}',
    '',
  ]
  return { path: 'plugin/gen/checks.ts', text: lines.join('\n') }
}

function named(
  root: string,
  { folder, target, constant }: { folder: string; target: string; constant: string },
): Registry {
  const names = sources(join(root, folder)).map(file => file.replace(/\.ts$/, ''))
  const from = `../${folder.split('/').at(-1)}`
  const lines = [
    header,
    ...names.map(name => `import { ${camel(name)} } from '${from}/${name}.ts'`),
    '',
    `export const ${constant} = { ${names.map(camel).join(', ')} } as const`,
    '',
  ]
  return { path: target, text: lines.join('\n') }
}

const header = '// Made by `npm run generate` from the folder listing. Do not edit.'
const sources = (folder: string) =>
  readdirSync(folder)
    .filter(file => file.endsWith('.ts'))
    .sort()
const camel = (name: string) => name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
const codeOf = (file: string) => file.replace(/^.*\//, '').replace(/-.*$/, '')
