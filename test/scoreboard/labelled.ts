import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod/mini'

const expectedSchema = z.object({
  /** One of these must be the first root cause; empty for a healthy cluster. */
  root: z.array(z.string()),
  mayAlso: z.optional(z.array(z.string())),
  mustNot: z.optional(z.array(z.string())),
})

/** The expected judgement of a labelled bundle. */
export type Expected = z.infer<typeof expectedSchema>

export interface Labelled {
  readonly name: string
  readonly path: string
  readonly expected: Expected
}

/** Bundles of a folder that have a label: folders with `expected.json`, and `NAME.tar.gz` beside `NAME.expected.json`. */
export const labelledIn = (folder: string): readonly Labelled[] =>
  readdirSync(folder)
    .sort()
    .flatMap(entry => {
      const name = entry.replace(/\.tar\.gz$/, '')
      const label = entry === name ? join(folder, name, 'expected.json') : join(folder, `${name}.expected.json`)
      return existsSync(label) ? [{ name, path: join(folder, entry), expected: parse(label) }] : []
    })

const parse = (path: string): Expected => z.parse(expectedSchema, JSON.parse(readFileSync(path, 'utf8')))
