import { byBytes } from './entry-path.ts'
import { quoted, refuse } from './refusal.ts'

/** A tree of folders with leaves, by name. */
export interface Tree<T> {
  /**
   * Adds a leaf; the later of two with the same path counts, as in tar. Throws NetcheckError `BUNDLE` when a path is
   * both a file and a folder.
   */
  readonly add: (path: string, leaf: T) => void
  readonly find: (path: string) => T | null
  /** Sorted names in a folder; null when there is none. */
  readonly list: (path: string) => readonly string[] | null
}

type Branch<T> = Map<string, Branch<T> | { readonly leaf: T }>

/** An empty tree. */
export function makeTree<T>(): Tree<T> {
  const top: Branch<T> = new Map()
  const lookUp = (path: string) =>
    stepsOf(path).reduce<Branch<T> | { readonly leaf: T } | undefined>(
      (here, step) => (here instanceof Map ? here.get(step) : undefined),
      top,
    )
  return {
    add: (path, leaf) => {
      const steps = stepsOf(path)
      const folder = steps.slice(0, -1).reduce((here, step) => enter(here, step, path), top)
      const name = steps.at(-1) ?? ''
      if (folder.get(name) instanceof Map) throw refuse(`the bundle holds ${quoted(path)} as a file and as a folder`)
      folder.set(name, { leaf })
    },
    find: path => {
      const found = lookUp(path)
      return found === undefined || found instanceof Map ? null : found.leaf
    },
    list: path => {
      const found = lookUp(path)
      return found instanceof Map ? [...found.keys()].sort(byBytes) : null
    },
  }
}

const stepsOf = (path: string): readonly string[] => path.split('/').filter(step => step !== '')

function enter<T>(folder: Branch<T>, name: string, path: string): Branch<T> {
  const found = folder.get(name) ?? new Map()
  if (!(found instanceof Map)) throw refuse(`the bundle holds ${quoted(path)} below what is a file`)
  folder.set(name, found)
  return found
}
