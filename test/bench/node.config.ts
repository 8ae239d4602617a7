import { defineConfig } from 'vitest/config'

/** One run over a node that is made larger and larger; see node-collection.ts. */
export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  test: { include: ['test/bench/node-collection.ts'], testTimeout: 600_000, pool: 'forks', reporters: ['default'] },
})
