import { cancelRun } from '../../operations/cancel-run.ts';
import { decideGate } from '../../operations/decide-gate.ts';
import { resumeRun } from '../../operations/resume-run.ts';
import { retryTasks } from '../../operations/retry-run.ts';
import { rerunTask } from '../../operations/tasks/rerun-task.ts';
import type { Host } from '../../store/host.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import { continueRun } from '../../supervisor/continue-run.ts';
import { needsSupervisor } from '../../supervisor/needs-supervisor.ts';
import { spawnSupervisor } from '../../supervisor/spawn-supervisor.ts';
import type { FoundRun, HubContext } from '../hub-context.ts';

/** What can be done to a run, and to one task of it. */
export const RUN_ACTIONS = ['cancel', 'retry', 'resume'] as const;
export const TASK_ACTIONS = [
  'cancel',
  'retry',
  'rerun',
  'rerun-with-dependents',
  'approve',
  'deny',
] as const;
export type HubAction = (typeof RUN_ACTIONS)[number] | (typeof TASK_ACTIONS)[number];

export interface Order {
  action: HubAction;
  /** Null for the whole run. */
  task: string | null;
  /** The caller, for the ledger: `the page from 127.0.0.1`. */
  by: string;
}

/**
 * Does what a person or a program asked for, as the command of the same name does, and starts the
 * run's supervisor again if it needs one.
 * @returns what the command prints with `--json`
 * @throws {SwarmError} as the command does
 */
export async function carryOut(
  { repository, run }: FoundRun,
  { action, task, by }: Order,
  { findClient }: Pick<HubContext, 'findClient'>,
): Promise<object> {
  const host: Host = { ...repository.host, caller: { kind: 'hub', by } };
  const start = () => startSupervisor(run, repository);
  switch (action) {
    case 'cancel':
      return cancelRun(run, task, host);
    case 'retry': {
      const result = retryTasks(run, task, host);
      continueRun(run, host, start);
      return result;
    }
    case 'rerun':
    case 'rerun-with-dependents': {
      const result = rerunTask(run, task ?? '', action === 'rerun-with-dependents', host);
      continueRun(run, host, start);
      return result;
    }
    case 'resume': {
      const isResumed = needsSupervisor(run, host);
      if (isResumed) await findClient();
      const result = resumeRun(run, host);
      if (isResumed) start();
      return result;
    }
    default: {
      const verdict = action === 'approve' ? 'approved' : 'denied';
      const result = decideGate(run, task ?? '', verdict, host);
      continueRun(run, host, start);
      return result;
    }
  }
}

function startSupervisor(run: RunHandle, { program }: FoundRun['repository']): void {
  spawnSupervisor(run.paths, program, []).on('error', () => {
    // The run then has no supervisor, which its status shows.
  });
}
