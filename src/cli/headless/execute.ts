import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { WORKER_PLUGIN } from '../../claude/worker-plugin.ts';
import { withoutQueueSecrets } from '../../config/queue-variables.ts';
import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import type { ExecuteOptions } from '../../supervisor/execute-run.ts';
import type { CliContext } from '../cli-context.ts';
import { doctorEnvironment } from '../doctor-environment.ts';
import { chooseLiveStatus, type LiveStatus, type ShownRun } from '../live-status.ts';
import { requireHooks } from '../require-hooks.ts';
import { interruptOnSignals } from './interrupts.ts';
import { type RunFlags, toExecuteFlags } from './run-flags.ts';
import { warnOfDenials } from './warn-of-denials.ts';

/**
 * The client that workers are started with.
 * @throws {SwarmError} when there is none to use, or it would run none of the plugin's hooks
 */
export async function locateClient(context: CliContext): Promise<string> {
  await requireHooks(context);
  const { findClaude } = await import('../../supervisor/find-claude.ts');
  return findClaude(doctorEnvironment(context));
}

/** Resumes a run of an earlier `swarm run`, with the options it had. */
export async function continueRun(
  run: RunHandle,
  flags: Pick<RunFlags, 'json'>,
  context: CliContext,
): Promise<void> {
  keepHeapSmall();
  await executeAndShow(run, await locateClient(context), flags, context);
}

/**
 * Executes a run in this process, shows it, and sets the exit code.
 * @param client absolute path of the client that workers are started with
 */
export async function executeAndShow(
  run: RunHandle,
  client: string,
  flags: RunFlags,
  context: CliContext,
): Promise<void> {
  const { executeRun } = await import('../../supervisor/execute-run.ts');
  const { describeRunEnd } = await import('../../view/terminal/describe-run-end.ts');
  const { describeSpentBudget } = await import('../../view/terminal/describe-budget.ts');
  await assertBudgetLeft(run, flags);
  if (!flags.json) await printHead(run, flags, context);
  await warnOfDenials(run, flags, context);
  const shown = await shownRun(run, () => signals.kill.aborted, context);
  const view = await chooseLiveStatus(flags.json ?? false, true, shown, context);
  const signals = interruptOnSignals(view, run.paths.run, context);
  try {
    const options = await executeOptions(run, client, flags, context);
    const end = await executeRun(run, { ...options, ...showIn(view), ...signals });
    view.close();
    const { exitCode, message } = describeRunEnd(
      end,
      run.state,
      run.paths.summary,
      view.visibleText(),
    );
    context.process.setExitCode(exitCode);
    const budget = exitCode === EXIT.done ? null : describeSpentBudget(run.state);
    context.printError(budget === null ? message : `${message}\n${budget}`);
    if (run.state.supervision.options?.merge && end === 'ended') await printMerge(run, context);
  } finally {
    view.close();
  }
}

/**
 * Executes what was added to a run, and tells on stderr what becomes of it.
 * @param interrupt ends the workers; the run can be resumed
 */
export async function executeInBackground(
  run: RunHandle,
  client: string,
  interrupt: AbortSignal,
  context: CliContext,
): Promise<void> {
  const { executeRun } = await import('../../supervisor/execute-run.ts');
  const { describeTaskChanges } = await import('../../view/describe-change.ts');
  const options = await executeOptions(run, client, { merge: true }, context);
  await executeRun(run, {
    ...options,
    interrupt,
    kill: new AbortController().signal,
    onNote: context.warn,
    onChange: (before, after) => {
      for (const line of describeTaskChanges(before, after)) context.printError(line);
    },
  });
}

/** What the merge at the end came to; where it is incomplete, the command is not done. */
async function printMerge(run: RunHandle, context: CliContext): Promise<void> {
  const { mergeResult } = await import('../../supervisor/merge/merge-result.ts');
  const { describeMerge } = await import('../../view/terminal/describe-merge.ts');
  if (!run.state.merge) return;
  const result = await mergeResult(run, 'ended', context.env);
  context.printError(describeMerge(result, run.paths.dir));
  if (result.outcome === 'incomplete') context.process.setExitCode(EXIT.notCompleted);
}

/**
 * The run as this process executes it.
 * @param isKilled whether the workers were killed, which the ledger does not say
 */
async function shownRun(
  run: RunHandle,
  isKilled: () => boolean,
  { now }: CliContext,
): Promise<ShownRun> {
  const { reconcileRun } = await import('../../operations/reconcile-run.ts');
  const { isExecuting } = await import('../../run/run-state.ts');
  const { toStatusDocument } = await import('../../run/status-document.ts');
  const seen = () =>
    isKilled() ? reconcileRun(run.state, { now, isAlive: () => false }) : run.state;
  return {
    status: () => toStatusDocument(seen()),
    isInactive: () => toStatusDocument(seen()).status === 'working' && !isExecuting(seen()),
  };
}

function showIn(view: LiveStatus): Pick<ExecuteOptions, 'onNote' | 'onChange'> {
  return { onNote: view.log, onChange: view.show };
}

/** What an execution needs of this process, without how it is shown and interrupted. */
async function executeOptions(
  run: RunHandle,
  client: string,
  flags: RunFlags,
  context: CliContext,
): Promise<Omit<ExecuteOptions, 'onNote' | 'onChange' | 'interrupt' | 'kill'>> {
  const { identifyProcess } = await import('../../platform/process/process-identity.ts');
  const { locateWorktree } = await import('../../platform/repository-paths.ts');
  const { readAgentDefinition } = await import('../../claude/agent-definition.ts');
  const { readWorkerSettings } = await import('../../claude/worker-settings.ts');
  const { packageRoot, isPlugin, cwd, env } = context;
  return {
    host: await context.host(),
    flags: toExecuteFlags(flags),
    process: identifyProcess(context.process.pid),
    client,
    pluginDir: isPlugin ? join(packageRoot, 'dist', WORKER_PLUGIN) : null,
    hookScript: isPlugin ? null : join(packageRoot, 'dist', 'record-event.cjs'),
    env: withoutQueueSecrets(env),
    newId: randomUUID,
    checkout: locateWorktree(run.paths.root, cwd),
    readAgent: (agent, checkout) =>
      readAgentDefinition(agent, { packageRoot, root: checkout, env }),
    readSettings: (checkout) => readWorkerSettings(checkout, env),
    openQueue: async (opened, queue) =>
      (await context.queue()).openExecutor(opened, flags.queue ?? queue),
    startGuard: (id, supervisor) => startReaper(id, supervisor, context),
  };
}

/** @throws {SwarmError} if every attempt would end at once because the budget is spent */
async function assertBudgetLeft(run: RunHandle, flags: RunFlags): Promise<void> {
  const { spentBudget } = await import('../../run/budget.ts');
  const { isEnded, toStatusDocument } = await import('../../run/status-document.ts');
  const { describeSpentBudget } = await import('../../view/terminal/describe-budget.ts');
  const spent = spentBudget(run.state);
  const raised = spent?.unit === 'tokens' ? flags.budgetTokens : flags.budgetUsd;
  const isRaised = spent && raised !== undefined && raised > spent.spent;
  if (!spent || isRaised || isEnded(toStatusDocument(run.state).status)) return;
  throw new SwarmError(`nothing was started. ${describeSpentBudget(run.state)}`);
}

/** The goal, and the estimated cost where earlier runs tell it. */
async function printHead(run: RunHandle, flags: RunFlags, context: CliContext): Promise<void> {
  const { estimateRun } = await import('../../operations/plans/estimate-run.ts');
  const earlier = run.state.supervision.options;
  const isFresh = flags.fresh ?? earlier?.fresh ?? false;
  const ofPlan = run.state.opened.budgetUsd ?? null;
  const budget = flags.budgetUsd ?? (earlier ? earlier.budgetUsd : ofPlan);
  const estimate = estimateRun(run, isFresh, budget);
  // The live view shows the goal and the run itself.
  const isShown = context.stdout.isTTY && context.stderr.isTTY;
  const head = isShown ? [] : [`run ${run.paths.run}: ${run.state.opened.goal}`];
  const lines = [...head, ...(estimate ? [estimate] : [])];
  if (lines.length > 0) context.printError(lines.join('\n'));
}

/**
 * A supervisor lives for hours next to clients that need the memory, and its own data takes a few
 * megabytes. By default V8 would let garbage grow to several times that from the first plan on, and
 * its optimising compiler alone would take ten more for code that is nearly always idle (`bench run`).
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--optimize-for-size');
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--no-opt');
}

/**
 * Starts a process that sleeps until this one is gone, however it ends, and then ends its workers.
 * It belongs to no terminal, so Ctrl-C does not reach it.
 * @returns how to end it
 */
function startReaper(
  run: string,
  supervisor: string,
  { packageRoot, process, root }: CliContext,
): () => Promise<void> {
  const guard = join(packageRoot, 'dist', 'guard.cjs');
  const reaper = spawn(process.execPath, [guard, 'guard', run, supervisor], {
    cwd: root(),
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  const ended = new Promise<void>((resolve) => {
    reaper.once('exit', () => resolve()).once('error', () => resolve());
  });
  reaper.stdin.on('error', () => {});
  return () => {
    reaper.stdin.end('released');
    return ended;
  };
}
