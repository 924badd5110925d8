import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runHook } from '../src/entries/hook-process.ts';

/**
 * The argument of hooks that judge what agents and workers do: for the workers of a drop-in, see
 * `claude/command-line`, and for commands that are checked even if the plugin's server is gone.
 */
const JUDGE_FLAG = '--judge';

const IS_BEFORE = /"hook_event_name":"PreToolUse"/;
const COMMAND_CALL = /"tool_name":"(?:Bash|Monitor)"/;

const AGENT_CALL = /"tool_name":"(?:Agent|Task)"/;

const AFTER_COMPACTION = /"hook_event_name":"SessionStart".*"source":"compact"/;

/** Events of tools whose calls matter only when an agent makes them. */
function isOtherToolCall(payload: string): boolean {
  return IS_BEFORE.test(payload) || COMMAND_CALL.test(payload);
}

void runHook({
  // A worker whose run was removed is judged all the same.
  worksWithoutRuns: Boolean(process.env.SWARM_ATTEMPT) && process.argv.includes(JUDGE_FLAG),
  mayConcern(payload, root) {
    const isInAgent = payload.includes('"agent_id":');
    const worker = process.env.SWARM_ATTEMPT;
    const isOfWorker = Boolean(worker && payload.includes(`"session_id":"${worker}"`));
    if (isOfWorker && AFTER_COMPACTION.test(payload)) return true;
    if (process.argv.includes(JUDGE_FLAG))
      return (isOfWorker || isInAgent) && isOtherToolCall(payload) && !AGENT_CALL.test(payload);
    // A launch token refers to a run, whatever the markers say.
    if (AGENT_CALL.test(payload) && payload.includes('swarm:')) return true;
    // The supervisor sees what happens in its worker's session, or a hook of its own does.
    if (isOfWorker) return false;
    if (isOtherToolCall(payload) && !AGENT_CALL.test(payload) && !isInAgent) return false;
    // The handler also looks for runs whose marker was removed.
    if (IS_BEFORE.test(payload) && COMMAND_CALL.test(payload)) return true;
    return mayHaveOpenRun(root);
  },
  handlerOf: (payload) =>
    payload.includes('"hook_event_name":"PreToolUse"') && !AGENT_CALL.test(payload)
      ? 'guard-tool-call'
      : 'handle-event',
});

/** True if the directory of markers is missing: the handler recreates it from the ledgers. */
function mayHaveOpenRun(root: string): boolean {
  try {
    return readdirSync(join(root, '.swarm', 'open')).length > 0;
  } catch {
    return true;
  }
}
