import { isFinished, taskStatuses } from '../run/task-status.ts';
import { commit, publish } from '../store/commit.ts';
import { type Host, sessionOf } from '../store/host.ts';
import { plural } from '../text/format.ts';
import { describeRecovery } from '../view/prompts/block-turn.ts';
import { nextStepPrompt, subagentsToStop } from '../view/prompts/next-step.ts';
import { describeRun } from '../view/terminal/describe-run.ts';
import { findRun, findTask } from './find-run.ts';
import { recordDeadSessions, takeOverRun } from './sessions.ts';

/**
 * Asks a run, or with `<run>/<task>` one task of it, to stop. Asking again changes nothing.
 * @returns what was cancelled and what is left to do
 * @throws {SwarmError} when there is no such run or task
 */
export function cancelRun(host: Host, name: string): string {
  const target = name.includes('/')
    ? findTask(host, name)
    : { run: findRun(host, name), ref: null };
  const { run } = target;
  const task = target.ref?.task ?? null;
  const before = taskStatuses(run.state);
  const open = [...before].filter(([id, status]) => !isFinished(status) && (task ?? id) === id);
  if (open.length === 0) return `nothing to cancel: ${task ?? 'every task'} has ended already`;
  commit(run, [{ event: 'cancel.requested', at: host.now(), task }], host);
  const working = open.filter(([id]) => taskStatuses(run.state).get(id) === 'working');
  const isInSession = host.caller.kind === 'session' || host.caller.kind === 'mcp';
  const agents = isInSession ? subagentsToStop(run.state) : [];
  const stop = agents.length > 0 ? `\nStop these agents with TaskStop: ${agents.join(', ')}` : '';
  const ids = working.map(([id]) => id).join(', ');
  const cancelled = open.length - working.length;
  const parts = [
    ...(cancelled > 0 ? [`cancelled ${plural(cancelled, 'task')}`] : []),
    ...(ids ? [`asked to stop at the next step: ${ids}`] : []),
  ];
  return `${parts.join('; ')}${stop}`;
}

/**
 * Goes on with a run whose session ended.
 * @returns what became of its tasks, and what to do next
 * @throws {SwarmError} when there is no such run
 */
export function resumeRun(host: Host, name: string | undefined): string {
  const run = findRun(host, name);
  const session = sessionOf(host.caller);
  recordDeadSessions(run, host);
  if (session) takeOverRun(run, session, host);
  publish(run, [], host);
  if (session === null) return describeRun(run.state);
  return `${describeRecovery(run.state, run.paths.dir)}\n${nextStepPrompt(run.state, host.isPlugin)}`;
}
