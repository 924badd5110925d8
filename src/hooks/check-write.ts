import { resolve } from 'node:path';
import { EDIT_TOOLS } from '../claude/tools.ts';
import type { LedgerEvent } from '../ledger/events.ts';
import { pathInRepository } from '../platform/repository-paths.ts';
import { classifyEdit, type EditIssue, isInScratch, scratchName } from '../run/file-claims.ts';
import { isRecorded } from '../run/task-status.ts';
import { commit } from '../store/commit.ts';
import { sanitizeLine } from '../text/sanitize.ts';
import { bestEffort } from './best-effort.ts';
import { allowToolUse, denyToolUse, type HookContext, type HookOutput } from './hook-context.ts';
import type { ToolCall } from './tool-call.ts';

/**
 * Checks the file that an agent edits with one of the client's own tools. In its own scratch
 * directory it may write unasked.
 */
export function checkWrite(call: ToolCall, context: HookContext): HookOutput {
  const { event, run, attempt } = call;
  const field = EDIT_TOOLS.get(event.tool_name);
  const file = field && event.tool_input[field];
  if (typeof file !== 'string') return null;
  const path = resolve(event.cwd, file);
  // Only a path that names it can need the look at links on its way.
  const isOwn =
    path.includes(scratchName(attempt)) &&
    isInScratch(run.state, attempt, pathInRepository(context.root, path));
  return isOwn
    ? allowToolUse('a file in the scratch directory of this attempt')
    : checkFileCommands(call, [path], context);
}

interface Found {
  path: string;
  finding: EditIssue;
}

/**
 * Refuses a call that would change a file claimed by another running task, and records files
 * outside of the `writes` of the agent's own task.
 * @param files absolute paths
 */
export function checkFileCommands(
  call: ToolCall,
  files: readonly string[],
  context: HookContext,
): HookOutput {
  const found = [...new Set(files)].flatMap((file): Found[] => {
    const path = pathInRepository(context.root, file);
    const finding = classifyEdit(call.run.state, call.attempt, path);
    return finding ? [{ path, finding }] : [];
  });
  const refused = found.find(({ finding }) => finding.kind !== 'outside');
  bestEffort(() => note(call, refused ? [refused] : found, context), context);
  return refused ? denyToolUse(explain(refused)) : null;
}

function explain({ path, finding }: Found): string {
  return finding.kind === 'claimed'
    ? `Task "${finding.by}", which is running, claims \`${sanitizeLine(path, MAX_PATH)}\` (\`${finding.glob}\`). Leave it unchanged, and say in your report what must change in it.`
    : 'Only `swarm` may write the files of a run: use `swarm checkpoint` and `swarm result`.';
}

const MAX_PATH = 400;

function note({ run, task }: ToolCall, found: readonly Found[], context: HookContext): void {
  const at = context.now();
  const events = found.flatMap(({ path: file, finding }): LedgerEvent[] => {
    const path = sanitizeLine(file, MAX_PATH);
    const claimedBy = finding.kind === 'claimed' ? finding.by : null;
    if (finding.kind === 'bookkeeping' || isRecorded(task, path, claimedBy)) return [];
    return [{ event: 'file.outside', at, task: task.plan.id, path, claimedBy }];
  });
  if (events.length > 0) commit(run, events, context);
}
