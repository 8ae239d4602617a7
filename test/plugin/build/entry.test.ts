import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

const dist = new URL('../../../dist/', import.meta.url)

/** Text of a built file and of all that it imports before it runs. */
async function loadedBy(file: URL, seen = new Set<string>()): Promise<string> {
  if (seen.has(file.href)) return ''
  seen.add(file.href)
  const text = await readFile(file, 'utf8')
  const imports = [...text.matchAll(/(?:from|import)\s*"(\.[^"]+)"/g)].flatMap(([, path]) => path ?? [])
  const rest = await Promise.all(imports.map(path => loadedBy(new URL(path, file), seen)))
  return [text, ...rest].join('\n')
}

test('what `--help` has to load is small and holds neither parser nor API client', async () => {
  const text = await loadedBy(new URL('kubectl-netcheck.js', dist))
  expect(text.length).toBeLessThan(20_000)
  expect(text).toContain('help.json')
  expect(text).not.toMatch(/yargs|undici/)
})

test('every command and the program itself have a rendered help text', async () => {
  const texts: unknown = JSON.parse(await readFile(new URL('help.json', dist), 'utf8'))
  for (const name of ['', 'check', 'nodes', 'analyze', 'cleanup', 'manifests', 'explain', 'version'])
    expect(texts).toHaveProperty([name], expect.stringContaining('kubectl netcheck'))
})
