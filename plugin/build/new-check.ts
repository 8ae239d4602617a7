import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { tombstones } from '../checks/tombstones.ts'
import { pages } from '../gen/checks.ts'
import { makeSkeleton } from './check-skeleton.ts'
import { makeRegistries } from './registries.ts'

/** `npm run new:check CNI020 "words of the failing state"`: writes code, page and test, and updates the registries. */
const root = fileURLToPath(new URL('../..', import.meta.url))
const [code = '', ...words] = process.argv.slice(2)
const files = code in pages || tombstones.includes(code) ? `${code} is taken` : makeSkeleton(code, words.join(' '))

if (typeof files === 'string') fail(files)
else {
  const present = files.find(({ path }) => existsSync(join(root, path)))
  if (present) fail(`${present.path} exists`)
  else {
    for (const { path, text } of files) write(path, text)
    for (const { path, text } of makeRegistries(root)) write(path, text)
    process.stdout.write(`${files.map(({ path }) => path).join('\n')}\n`)
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

function fail(why: string): void {
  process.stderr.write(`${why}\nusage: npm run new:check CODE "words of the failing state"\n`)
  process.exitCode = 2
}
