import { join } from 'node:path';
import { type CheckResult, MAX_OBSERVED_FILES, type MergeStep } from '../../ledger/events.ts';
import { writeFileAtomic } from '../../platform/write-file-atomic.ts';
import { openLog } from '../../proof/check-log.ts';
import { isPassed, runCommands } from '../../proof/run-commands.ts';
import { makeDirectory } from '../../store/own-directory.ts';
import { sanitize, sanitizeLine } from '../../text/sanitize.ts';
import { mergeMessage } from '../../view/commit-message.ts';
import { describeConflict } from '../../worktrees/merging/describe-conflict.ts';
import { type MergeSource, mergeCommit, resetTo } from '../../worktrees/merging/merge-commit.ts';
import { mergeInMemory } from '../../worktrees/merging/merge-in-memory.ts';
import { openMergeWorktree } from '../../worktrees/merging/merge-worktree.ts';
import type { Merging } from './merging.ts';

type Step = Omit<MergeStep, 'source' | 'tip'>;

const STEP = { others: [], files: [], reason: null, results: [], output: null };

/**
 * Merges the commit of a task, and checks the result. A merge that conflicts, or that makes a passing
 * check fail, leaves nothing behind.
 * @returns null if it was aborted
 */
export async function mergeTask(
  merging: Merging,
  task: string,
  source: string,
): Promise<Step | null> {
  const { run, options, author } = merging;
  const { signal } = options;
  const title = run.state.tasks.get(task)?.plan.title ?? '';
  const message = mergeMessage({ run: run.paths.run, task, title });
  const quick = await mergeQuickly(merging, { source, message, author });
  if (quick) return quick;
  const path = await readyWorktree(merging);
  const merged = await mergeCommit(path, { source, message, author }, { signal });
  if (merged.outcome === 'merged') {
    // Where one signature failed, the next would only take as long again.
    if (merged.isSignatureMissing) merging.author = { ...author, isSigned: false };
    return checkMerge(merging, task, merged.tip);
  }
  const step =
    merged.outcome === 'conflict'
      ? await conflictStep(merging, { task, source, path, files: merged.files })
      : { ...STEP, outcome: 'failed' as const, reason: sanitizeLine(merged.reason, 500) };
  await resetTo(path, merging.tip, { signal });
  return step;
}

/** Where no check needs the files. @returns null if that does not do */
async function mergeQuickly(merging: Merging, source: MergeSource): Promise<Step | null> {
  const { run, options, tip, tree, check } = merging;
  if (check.length > 0) return null;
  const { signal } = options;
  const merged = await mergeInMemory(run.paths.root, source, { tip, tree }, { signal });
  if (!merged) return null;
  if (merged.isSignatureMissing) merging.author = { ...source.author, isSigned: false };
  Object.assign(merging, { tip: merged.tip, tree: merged.tree, isUsed: true });
  return { ...STEP, outcome: 'merged' };
}

async function readyWorktree(merging: Merging): Promise<string> {
  const { signal } = merging.options;
  merging.path ??= await openMergeWorktree(merging.run.paths, merging.tip, { signal });
  if (merging.isUsed) await resetTo(merging.path, merging.tip, { signal });
  merging.isUsed = false;
  return merging.path;
}

/** More of a conflict is of no use to a reader; characters. */
const MAX_HUNKS = 1_000_000;

async function conflictStep(
  { run, options: { signal }, base }: Merging,
  { task, source, path, files }: { task: string; source: string; path: string; files: string[] },
): Promise<Step> {
  const { merges, hunks } = await describeConflict(path, files, { base, source }, { signal });
  const steps = [...(run.state.merge?.steps ?? [])];
  const others = steps.flatMap(([other, { outcome, tip }]) =>
    outcome === 'merged' && merges.includes(tip) ? other : [],
  );
  const output = `checks/_conflict.${task}.log`;
  const head = `# Conflict of ${[task, ...others].join(' and ')}\n`;
  makeDirectory(run.paths.checks);
  writeFileAtomic(join(run.paths.dir, output), head + sanitize(hunks.slice(0, MAX_HUNKS)));
  const named = files.slice(0, MAX_OBSERVED_FILES);
  return { ...STEP, outcome: 'conflict', others, files: named, output };
}

/** Keeps a merge unless a check that passed before fails with it. */
async function checkMerge(merging: Merging, task: string, tip: string): Promise<Step | null> {
  const before = merging.tip;
  if (merging.check.length === 0 || tip === before) {
    Object.assign(merging, { tip, tree: null });
    return { ...STEP, outcome: 'merged', results: resultsOf(merging, tip === before) };
  }
  const checked = await runCheck(merging, `_merge.${task}`);
  if (!checked) return null;
  const { results, output } = checked;
  const step = { ...STEP, results, output };
  if (!isPassed(results)) {
    merging.wasPassing ??= await isPassingAt(merging, before);
    if (merging.wasPassing === null) return null;
    if (merging.wasPassing) return { ...step, outcome: 'reverted' };
  }
  merging.tip = tip;
  merging.wasPassing = isPassed(results);
  return { ...step, outcome: 'merged' };
}

/** A task whose changes were there already changes nothing about the check. */
function resultsOf({ run }: Merging, isUnchanged: boolean): CheckResult[] {
  return isUnchanged ? [...(run.state.merge?.results ?? [])] : [];
}

/** Whether the check passes without the merge that is now suspected; null if it was aborted. */
async function isPassingAt(merging: Merging, commit: string): Promise<boolean | null> {
  const { path, options } = merging;
  if (path) await resetTo(path, commit, { signal: options.signal });
  const checked = await runCheck(merging, '_merge');
  return checked && isPassed(checked.results);
}

async function runCheck(
  merging: Merging,
  name: string,
): Promise<{ results: CheckResult[]; output: string } | null> {
  const { run, options, check, path } = merging;
  const { host, env, signal } = options;
  merging.isUsed = true;
  const log = openLog(run, name, 0);
  try {
    const results = await runCommands(check, run, log, { host, env, signal, cwd: path ?? '' });
    return results && { results, output: log.path };
  } finally {
    log.close();
  }
}
