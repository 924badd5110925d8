import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { SwarmError } from '../../errors/swarm-error.ts';
import type { Plan } from '../../plan/plan-schema.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import type { CliContext } from '../cli-context.ts';
import { readPlan } from '../read-input.ts';
import { detach } from './detach.ts';
import { executeAndShow, keepHeapSmall, locateClient } from './execute.ts';
import type { RunFlags } from './run-flags.ts';

/**
 * Executes a plan or a run.
 * @param target a plan file, a run id or a part of one, or `-` for a plan on stdin
 * @throws {SwarmError} when there is no such file or run, or something is wrong with the plan, the
 * checkout or the client
 */
export async function runTarget(
  target: string,
  flags: RunFlags,
  context: CliContext,
): Promise<void> {
  keepHeapSmall();
  const { run, client } = await openTarget(target, flags, context);
  if (flags.detach) return detach(run, flags, context);
  await executeAndShow(run, client, flags, context);
}

interface Target {
  run: RunHandle;
  /** Absolute path of the client. */
  client: string;
}

/** No run is created before it is known that it can be executed. */
async function openTarget(target: string, flags: RunFlags, context: CliContext): Promise<Target> {
  const { findRun, namesRun } = await import('../../operations/find-run.ts');
  const host = await context.host();
  const isFile = statSync(resolve(context.cwd, target), { throwIfNoEntry: false })?.isFile();
  if (isFile || !namesRun(host, target)) return createFromPlan(target, flags, context);
  const run = findRun(host, target);
  return { run, client: await locateClient(context) };
}

async function createFromPlan(file: string, flags: RunFlags, context: CliContext): Promise<Target> {
  const { checkPlan } = await import('../../operations/plans/create-run-from-plan.ts');
  const { createRun } = await import('../../operations/plans/create-run.ts');
  const { countUncommittedChanges } = await import('../../worktrees/create-worktree.ts');
  const { locateWorktree } = await import('../../platform/repository-paths.ts');
  const { merge = false, allowChecks: mayCheck = false, queue, maxParallel } = flags;
  if (maxParallel === 0 && queue === undefined) {
    throw new SwarmError('--max-parallel: expected at least 1 without --queue');
  }
  // No machines share a working tree.
  const worktrees = flags.worktrees || merge || queue !== undefined;
  const root = context.root();
  const input = readPlan(file, context, 'a plan file or a run id');
  const host = await context.host();
  const submission = { host, env: context.env, mayCheck };
  const plan = Promise.resolve().then(() =>
    assertCheckable(checkPlan(input, submission), worktrees && !merge),
  );
  const client = locateClient(context);
  const checkout = locateWorktree(root, context.cwd) ?? root;
  await assertAllWell([plan, client, ...(worktrees ? [countUncommittedChanges(checkout)] : [])]);
  return {
    run: createRun(host, await plan, input.source),
    client: await client,
  };
}

/** @throws {SwarmError} if the plan has a check that could not see the work */
function assertCheckable(plan: Plan, areUnmerged: boolean): Plan {
  if (!areUnmerged || plan.check.length === 0) return plan;
  throw new SwarmError(
    'check: expected none with --worktrees alone, whose branches are not merged when the run ends; add --merge, which checks the merged branch, or give the tasks checks',
  );
}

/** @throws {SwarmError} naming everything that is wrong, so that it can be corrected at once */
async function assertAllWell(checks: readonly Promise<unknown>[]): Promise<void> {
  const ends = await Promise.allSettled(checks);
  const errors = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as Error] : []));
  const unknown = errors.find((error) => !(error instanceof SwarmError));
  if (unknown) throw unknown;
  if (errors.length > 0) throw new SwarmError(errors.map(({ message }) => message).join('\n'));
}
