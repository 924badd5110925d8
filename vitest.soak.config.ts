import { defineConfig } from 'vitest/config';

/** What takes the whole machine, and so runs by itself. */
export default defineConfig({ test: { include: ['test/soak/*.test.ts'] } });
