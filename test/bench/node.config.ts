import { defineConfig } from 'vitest/config'

/** Runs over a node and over a store that are made larger and larger. */
export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  test: {
    globalSetup: 'test/support/programs.ts',
    include: ['test/bench/{ipam-store,node-collection}.ts'],
    testTimeout: 600_000,
    pool: 'forks',
    reporters: ['default'],
  },
})
