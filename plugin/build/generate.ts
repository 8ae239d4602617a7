import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeRegistries } from './registries.ts'
import { makeSchemas } from './schemas.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
for (const { path, text } of [...makeRegistries(root), ...makeSchemas()]) {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}
