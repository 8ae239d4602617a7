import { bundleEntries } from './bundle-entries.ts'
import type { Entry } from './entry.ts'
import { formatEntries } from './format-entries.ts'
import { planted } from './planted.ts'
import { protocolEntries } from './protocol-entries.ts'

const named = Object.entries({ ...formatEntries, ...protocolEntries, ...bundleEntries, planted }).flatMap(
  ([file, exports]) => Object.entries(exports).map(([name, entry]) => [`${file}/${name}`, entry] as const),
)

/** All entries by `file/export`. */
export const allEntries: ReadonlyMap<string, Entry> = new Map(named)

/** Names of what is to be fuzzed. */
export const productNames: readonly string[] = [...allEntries.keys()].filter(name => !name.startsWith('planted/'))
