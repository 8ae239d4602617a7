import { defineConfig } from 'vitest/config'

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Child processes, not threads: tests of the agent enter network namespaces and change the working directory.
    pool: 'forks',
    reporters: ['default'],
  },
})
