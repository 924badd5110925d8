import { runHook } from '../src/hooks/server/run-hook.ts';

void runHook({
  worksWithoutRuns: true,
  mayConcern: (payload) => payload.includes('swarm'),
  handlerOf: () => 'allow-own-command',
  load: async () => (await import('../src/hooks/allow-swarm-command.ts')).allowSwarmCommand,
});
