import { runHook } from './run-hook.ts';

void runHook({
  worksWithoutRuns: true,
  mayConcern: (payload) => payload.includes('swarm'),
  async load() {
    const { allowOwnCommand } = await import('../src/app/hooks/allow-own-command.ts');
    const { preBashEvent } = await import('../src/schema/hook-event.ts');
    return (payload, context) => allowOwnCommand(preBashEvent.parse(payload), context);
  },
});
