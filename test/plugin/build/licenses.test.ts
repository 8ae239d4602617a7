import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { collectLicenses } from '../../../plugin/build/licenses.ts'

async function packages(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'licenses-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  return `${root}/`
}

const manifest = (name: string, license?: string) => JSON.stringify({ name, version: '1.2.3', license })

test('every package that is bundled is named once, with its license and notice', async () => {
  const root = await packages({
    'node_modules/@a/b/package.json': manifest('@a/b', 'Apache-2.0'),
    'node_modules/@a/b/LICENSE': 'license of b',
    'node_modules/@a/b/NOTICE.txt': 'notice of b',
    'node_modules/@a/b/node_modules/c/package.json': manifest('c', 'MIT'),
    'node_modules/@a/b/node_modules/c/license.md': 'license of c',
    'node_modules/unused/package.json': manifest('unused'),
  })
  const text = await collectLicenses(root, [
    'plugin/main.ts',
    'node_modules/@a/b/lib/x.js',
    'node_modules/@a/b/lib/y.js',
    'node_modules/@a/b/node_modules/c/z.js',
  ])
  expect(text.match(/^\S+ 1\.2\.3 .*$/gm)).toEqual(['@a/b 1.2.3 (Apache-2.0)', 'c 1.2.3 (MIT)'])
  for (const part of ['license of b', 'notice of b', 'license of c']) expect(text.split(part)).toHaveLength(2)
})

test('a package without a license file is said to have none', async () => {
  const root = await packages({ 'node_modules/d/package.json': manifest('d') })
  expect(await collectLicenses(root, ['node_modules/d/x.js'])).toMatch(
    /d 1\.2\.3 \(no license named\)\n\nNo license file is in the package\./,
  )
})
