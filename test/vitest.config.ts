import { defineConfig } from 'vitest/config'

/** Suites that start programs, enter network namespaces or change the working directory. */
const onMachine = ['agent', 'cluster', 'e2e', 'fuzz', 'host'].map(folder => `test/${folder}/**/*.test.ts`)

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Child processes, not threads: these can enter namespaces of their own.
    pool: 'forks',
    reporters: ['default'],
    projects: [
      {
        extends: true,
        // Loading the checks takes longer than testing them, so these files share what one of them has loaded.
        test: {
          name: 'pure',
          include: ['test/**/*.test.ts'],
          exclude: onMachine,
          isolate: false,
          benchmark: { include: [] },
        },
      },
      { extends: true, test: { name: 'machine', include: onMachine } },
    ],
  },
})
