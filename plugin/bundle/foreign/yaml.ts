import { Composer, Parser } from 'yaml'

const options = { uniqueKeys: false, prettyErrors: false, logLevel: 'silent' } as const

/**
 * Parses the first document of a YAML text, without aliases. Throws at the first error: continuing after one, like
 * checking for duplicate keys, takes quadratic time.
 */
export function parseYaml(text: string): unknown {
  const composer = new Composer(options)
  for (const token of new Parser().parse(text)) {
    if (token.type === 'error') throw new Error(`it is not YAML: ${token.message}`)
    for (const document of composer.next(token)) return contentOf(document)
  }
  for (const document of composer.end()) return contentOf(document)
  return null
}

function contentOf(document: ReturnType<Composer['end']> extends Generator<infer T> ? T : never): unknown {
  const [error] = document.errors
  if (error) throw new Error(`it is not YAML: ${error.message}`)
  return document.toJS({ maxAliasCount: 0 })
}
