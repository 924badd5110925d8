import { readyTasks } from '../run/ready-tasks.ts';
import { toStatusDocument } from '../run/status-document.ts';
import { limitAhead } from '../run/usage-limit.ts';
import { commit, publish } from '../store/commit.ts';
import { type Host, sessionOf } from '../store/host.ts';
import type { RunHandle } from '../store/run-handle.ts';
import type { ResumeResult } from '../view/results.ts';
import { recordDeadSessions, takeOverRun } from './sessions.ts';

/** Lets the run's tasks be launched again if a usage limit has passed. */
export function endPassedLimit(run: RunHandle, host: Host): void {
  const limit = limitAhead(run.state);
  const { session } = run.state;
  if (limit === null || host.now() < limit || session === null) return;
  commit(run, [{ event: 'run.adopted', at: host.now(), session }], host);
}

/**
 * Lets the run's tasks be launched again. Once a usage limit has passed, any later event does that;
 * only the session of the run ends a pause, because only there does the person ask for it.
 */
function proceed(run: RunHandle, caller: string | null, host: Host): void {
  endPassedLimit(run, host);
  const { session, pause } = run.state;
  if (session === null || pause === null || caller === null) return;
  commit(run, [{ event: 'run.adopted', at: host.now(), session }], host);
}

/**
 * Records what was interrupted in a run whose session or supervisor is gone. A calling session
 * takes over the run.
 * @returns what is completed, what was interrupted and what can be launched now
 */
export function resumeRun(run: RunHandle, host: Host): ResumeResult {
  const session = sessionOf(host.caller);
  recordDeadSessions(run, host);
  if (session) takeOverRun(run, session, host);
  proceed(run, session, host);
  publish(run, [], host);
  const { state, paths } = run;
  const { status, tasks } = toStatusDocument(state);
  return {
    run: paths.run,
    dir: paths.dir,
    status,
    completed: tasks.flatMap(({ id, status: taskStatus, result }) =>
      taskStatus === 'completed' && result !== null ? { task: id, report: result } : [],
    ),
    interrupted: tasks.flatMap(({ id, status: taskStatus }) => {
      const attempt = state.tasks.get(id)?.attempts.at(-1);
      if (taskStatus !== 'pending' || attempt?.end?.outcome !== 'interrupted') return [];
      return { task: id, percent: attempt.percent, message: attempt.message };
    }),
    ready: readyTasks(state).map(({ id }) => id),
  };
}
