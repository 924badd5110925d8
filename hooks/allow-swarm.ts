import { runHook } from '../src/entries/hook-process.ts';

void runHook({
  worksWithoutRuns: true,
  mayConcern: (payload) => payload.includes('swarm'),
  handlerOf: () => 'allow-own-command',
});
