import { runHook } from '../src/entries/hook-process.ts';

void runHook({
  worksWithoutRuns: true,
  mayConcern: (payload) => payload.includes('swarm'),
  handlerOf: () => 'allow-own-command',
  load: async () =>
    (await import('../src/hooks/allow-swarm-command.ts')).allowSwarmCommandInProcess,
});
