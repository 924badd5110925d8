import { resolve } from 'node:path';
import { type EditFinding, judgeEdit } from '../../core/file-claims.ts';
import { toPlainLine } from '../../core/plain-text.ts';
import { isNoted } from '../../core/task-status.ts';
import { pathInRepository } from '../../store/locate-root.ts';
import type { AgentCall } from './guard-tool-call.ts';
import { denyToolUse, type HookContext, type HookOutput } from './hook-context.ts';
import { record } from './record-agent.ts';

/** The tools that change a file, by the field that names it. */
const EDITED_FILE = new Map([
  ['Edit', 'file_path'],
  ['MultiEdit', 'file_path'],
  ['Write', 'file_path'],
  ['NotebookEdit', 'notebook_path'],
]);

/**
 * Refuses the edit of a file that another task at work claims, and notes one outside of what the
 * agent's own task says it writes.
 */
export function guardEdit(call: AgentCall, context: HookContext): HookOutput {
  const { event, run, task } = call;
  const field = EDITED_FILE.get(event.tool_name);
  const file = field && event.tool_input[field];
  if (typeof file !== 'string') return null;
  const path = pathInRepository(context.root, resolve(event.cwd, file));
  const finding = judgeEdit(run.state, task.plan.id, path);
  if (!finding) return null;
  note(call, path, finding, context);
  switch (finding.kind) {
    case 'outside':
      return null;
    case 'bookkeeping':
      return denyToolUse(
        'The files of a run are written by `swarm` alone: use `swarm checkpoint` and `swarm result`.',
      );
    case 'claimed':
      return denyToolUse(
        `Task "${finding.by}", which is at work, claims this file (\`${finding.glob}\`). Leave it as it is, and say in your report what has to change in it.`,
      );
  }
}

const MAX_PATH = 400;

function note(
  { run, task }: AgentCall,
  file: string,
  finding: EditFinding,
  context: HookContext,
): void {
  if (finding.kind === 'bookkeeping') return;
  const path = toPlainLine(file, MAX_PATH);
  const claimedBy = finding.kind === 'claimed' ? finding.by : null;
  if (isNoted(task, path, claimedBy)) return;
  const at = context.now();
  record(run, [{ event: 'file.outside', at, task: task.plan.id, path, claimedBy }], context);
}
