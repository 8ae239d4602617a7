import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeRegistries } from './registries.ts'
import { makeReportSchema } from './schemas.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
for (const { path, text } of [...makeRegistries(root), makeReportSchema()]) {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}
