import { defineConfig } from 'vitest/config';
import { requireSources } from './test/support/require-sources.ts';

/** Ends what a test leaves, also one that was given up. */
const setupFiles = ['test/support/setup.ts'];

const plugins = [requireSources];

/**
 * The tests by what they start. A figure of how long something takes belongs into `bench/`: here a
 * wait ends when what it waits for has come, so the time limits are generous.
 */
export default defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    tags: [{ name: 'long', description: 'takes too long for every change; run by `pnpm soak`' }],
    reporters: ['default', './test/support/second-tries.ts'],
    projects: [
      {
        plugins,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          setupFiles: [...setupFiles, 'test/support/no-processes.ts'],
          testTimeout: 30_000,
          // Nothing but the modules' own memory is shared, and loading them takes as long as the tests.
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        plugins,
        test: {
          name: 'process',
          include: ['test/process/**/*.test.ts', 'test/contracts/**/*.test.ts'],
          setupFiles,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          // They wait for processes more than they compute.
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
        },
      },
      {
        plugins,
        test: {
          name: 'client',
          include: ['test/client/**/*.test.ts'],
          setupFiles,
          testTimeout: 300_000,
          hookTimeout: 60_000,
          maxWorkers: 3,
          // The real client on a machine that others use; each second try is printed and counted.
          retry: 1,
          sequence: { groupOrder: 2 },
        },
      },
      {
        plugins,
        test: {
          name: 'soak',
          include: ['test/soak/**/*.test.ts'],
          setupFiles,
          // It takes the whole machine, and so it runs by itself: `pnpm soak`.
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
