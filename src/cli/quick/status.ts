import { findRun } from '../../operations/find-run.ts';
import { writeIfPermitted } from '../../operations/write-if-permitted.ts';
import { isActive, isExecuting, type SeenRun } from '../../run/run-state.ts';
import { isEnded, toStatusDocument } from '../../run/status-document.ts';
import { writeProjections } from '../../store/projections.ts';
import { describeDefects, type RunHandle } from '../../store/run-handle.ts';
import type { CliContext } from '../cli-context.ts';
import { columnsOf } from '../columns-of.ts';
import { painter } from '../painter.ts';
import { reconcile } from '../reconcile.ts';

/** A run and how it is seen from this machine. */
export interface StatusView {
  run: RunHandle;
  state: SeenRun;
  isWorking: boolean;
  /** Whether somebody works on it. */
  isMoving: boolean;
}

/** @param name a run; left out means the newest. @throws {SwarmError} when there is no such run */
export async function readStatus(
  name: string | undefined,
  context: CliContext,
): Promise<StatusView> {
  const run = findRun(await context.host(), name);
  const state = await reconcile(run.state, context);
  const isWorking = toStatusDocument(state).status === 'working';
  return { run, state, isWorking, isMoving: isWorking && isActive(state) };
}

/** Prints a run once, and writes its derived files where that is permitted. */
export async function printStatus(
  view: StatusView,
  json: boolean,
  context: CliContext,
): Promise<void> {
  const { run } = view;
  writeIfPermitted(() => writeProjections(run), context.warn);
  if (json) return context.print(JSON.stringify(toStatusDocument(run.state), null, 2));
  await printForPeople(view, context);
}

async function printForPeople(
  { run, state, isWorking, isMoving }: StatusView,
  context: CliContext,
): Promise<void> {
  const { renderStatus } = await import('../../view/terminal/render-status.ts');
  const { describePendingGates } = await import('../../view/describe-gates.ts');
  const { paint } = await painter();
  const now = Date.parse(context.now());
  const columns = columnsOf(context);
  const status = toStatusDocument(state);
  context.print(renderStatus(status, { columns, now, isInactive: isWorking && !isMoving, paint }));
  const gates = describePendingGates(run.state);
  if (gates.length > 0) context.print(`\n${gates.join('\n')}`);
  if (isEnded(status.status) && state.worktrees.size > 0) {
    const { describeNextMerge } = await import('../../view/terminal/describe-next-merge.ts');
    for (const line of describeNextMerge(state)) context.print(`\n${line}`);
  }
  if (status.status === 'working' && !isExecuting(state)) {
    const { describeHowToResume } = await import('../../view/prompts/next-step.ts');
    const { wrapWords } = await import('../../text/wrap-words.ts');
    context.print(wrapWords(`\nNo agent is running. ${describeHowToResume(state)}`, columns));
  }
  for (const defect of describeDefects(run)) context.warn(defect);
}
