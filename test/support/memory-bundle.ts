import type { BundleSource } from '../../plugin/bundle/source.ts'

/** A bundle from a plain record of paths; values that are no text are written as JSON. */
export function memoryBundle(files: Readonly<Record<string, unknown>>): BundleSource {
  const encoder = new TextEncoder()
  const paths = Object.keys(files)
  return {
    read: async path => {
      const value = files[path]
      if (value === undefined) return null
      return encoder.encode(typeof value === 'string' ? value : JSON.stringify(value))
    },
    list: async folder => {
      const below = paths.filter(path => path.startsWith(`${folder}/`)).map(path => path.slice(folder.length + 1))
      return below.length > 0 ? [...new Set(below.map(path => path.split('/')[0] ?? ''))].sort() : null
    },
  }
}
