import { runHook } from './run-hook.ts';

void runHook({
  worksWithoutRuns: false,
  // Of prompts only notifications matter, and of `Agent` calls only those with a launch token.
  mayConcern(payload) {
    if (payload.includes('"hook_event_name":"UserPromptSubmit"'))
      return payload.includes('<task-notification>');
    return !/"tool_name":"(?:Agent|Task)"/.test(payload) || payload.includes('swarm:');
  },
  load: async () => (await import('../src/app/hooks/handle-event.ts')).handleEvent,
});
