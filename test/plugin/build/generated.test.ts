import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { makeRegistries } from '../../../plugin/build/registries.ts'
import { makeSchemas } from '../../../plugin/build/schemas.ts'
import { version } from '../../../shared/version.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

test.each([...makeRegistries(root), ...makeSchemas()])('$path is what `npm run generate` makes', ({ path, text }) => {
  expect(readFileSync(`${root}${path}`, 'utf8')).toBe(text)
})

test('the program’s version is that of its package', () => {
  expect(JSON.parse(readFileSync(`${root}package.json`, 'utf8'))).toMatchObject({ version })
})
