import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import type { GitOptions } from '../../platform/git.ts';
import { isRunning } from '../../run/attempt.ts';
import { planRestore, type RestorePlan } from '../../run/snapshots/plan-restore.ts';
import type { Host } from '../../store/host.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import type { RestoreDocument } from '../../view/results.ts';
import { type History, type HistoryOptions, readSteps } from './read-steps.ts';
import { restoreFiles } from './restore-files.ts';
import { assertInGit } from './snapshot-ref.ts';
import { takeSnapshot } from './take-snapshot.ts';

interface Restoration {
  history: History;
  plan: RestorePlan;
}

/**
 * Finds out what putting the files of a run, or of some of its tasks, back to before would do.
 * @param tasks empty for the whole run
 * @throws {SwarmError} if that is not known, or an agent is still running
 */
export async function planRestoration(
  run: RunHandle,
  tasks: readonly string[],
  options: HistoryOptions,
): Promise<Restoration> {
  const isMeant = (task: string) => tasks.length === 0 || tasks.includes(task);
  refuseIfUnknown(run, isMeant);
  const history = await readSteps(run, { ...options, untilNow: true });
  if (!history) {
    assertInGit(run.paths.root);
    throw new SwarmError(
      `run ${run.paths.run} has no snapshots of the files before it`,
      EXIT.notCompleted,
    );
  }
  const unknown = history.unknown.filter(isMeant);
  if (unknown.length > 0) {
    const message = `there is no snapshot of the files before ${unknown.join(', ')} began`;
    throw new SwarmError(message, EXIT.notCompleted);
  }
  return { history, plan: planRestore(history.steps, isMeant) };
}

function refuseIfUnknown({ paths, state }: RunHandle, isMeant: (task: string) => boolean): void {
  for (const [id, { attempts }] of state.tasks) {
    if (!isMeant(id)) continue;
    if (attempts.some(isRunning)) {
      const message = `the agent of ${paths.run}/${id} is still running; wait for its end or cancel it first`;
      throw new SwarmError(message, EXIT.notCompleted);
    }
  }
}

/**
 * Does what {@link planRestoration} found, after a snapshot of the files as they are.
 * @throws {SwarmError} if a file was changed meanwhile
 */
export async function restoreRun(
  run: RunHandle,
  { history, plan }: Restoration,
  { host, ...options }: GitOptions & { host: Host },
): Promise<void> {
  const { checkout } = history;
  const now = history.snapshots.at(-1)?.tree ?? '';
  await takeSnapshot(run, { ...options, host, checkout, isForced: true });
  await restoreFiles(checkout, { now, files: plan.files }, options);
}

/** The outcome as a document. */
export function restoreDocument(
  run: RunHandle,
  tasks: readonly string[],
  { history, plan }: Restoration,
  outcome: RestoreDocument['outcome'],
): RestoreDocument {
  const { checkout } = history;
  const files = plan.files.map(({ path, before, exists }) => {
    const change = before === null ? 'removed' : exists ? 'put_back' : 'recreated';
    return { path, change } as const;
  });
  return { run: run.paths.run, tasks: [...tasks], outcome, checkout, files, blocked: plan.blocked };
}
