import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // It takes the whole machine: `pnpm soak`.
    exclude: [...configDefaults.exclude, 'test/soak/**'],
    // The real client starts several processes for each test.
    maxWorkers: 2,
    testTimeout: 20_000,
    // Clients, terminals and timers of their own on a machine that others use: twice is no accident.
    retry: 1,
  },
});
