import { runHook } from './run-hook.ts';

void runHook({
  worksWithoutRuns: true,
  mayConcern: (payload) => payload.includes('swarm'),
  handlerOf: () => 'allow-own-command',
  load: async () => (await import('../src/app/hooks/allow-own-command.ts')).allowOwnCommand,
});
