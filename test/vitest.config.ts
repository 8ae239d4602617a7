import { defineConfig } from 'vitest/config'

/** Suites that start programs, enter network namespaces or change the working directory. */
const onMachine = [
  ...['agent', 'cluster', 'e2e', 'fuzz', 'host'].map(folder => `test/${folder}/**/*.test.ts`),
  'test/plugin/agents/release-session.test.ts',
]

/** Suites that change what counts for the whole machine, or measure. */
const alone = ['test/host/full-tables.test.ts', 'test/agent/memory.test.ts']

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    // A suite of whole runs takes seconds on an idle machine, and ten times that on a busy one.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Child processes, not threads: these can enter namespaces of their own.
    pool: 'forks',
    // Suites wait for programs much of their time; none is left to vitest's own process.
    maxWorkers: '100%',
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
      {
        extends: true,
        test: { name: 'machine', include: onMachine, exclude: alone, globalSetup: 'test/support/programs.ts' },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: alone,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
          globalSetup: 'test/support/programs.ts',
        },
      },
    ],
  },
})
