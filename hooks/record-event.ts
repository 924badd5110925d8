import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { rememberRoot } from './remember-root.ts';
import { runHook } from './run-hook.ts';

void runHook({
  worksWithoutRuns: false,
  mayConcern(payload, root) {
    // An `Agent` call is about a run when it has a launch token, whatever the markers say.
    if (/"tool_name":"(?:Agent|Task)"/.test(payload)) return payload.includes('swarm:');
    if (payload.includes('"hook_event_name":"UserPromptSubmit"'))
      return payload.includes('<task-notification>') && mayHaveOpenRun(root);
    return mayHaveOpenRun(root);
  },
  load: async () => {
    rememberRoot(process.env);
    return (await import('../src/app/hooks/handle-event.ts')).handleEvent;
  },
});

/** Without the directory of markers it is not known: they are then made anew from the ledgers. */
function mayHaveOpenRun(root: string): boolean {
  try {
    return readdirSync(join(root, '.swarm', 'open')).length > 0;
  } catch {
    return true;
  }
}
