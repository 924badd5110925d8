import { formatDuration, plural } from '../../text/format.ts';
import { sanitize, sanitizeLine } from '../../text/sanitize.ts';
import type { MergedTask, MergeResult } from '../results.ts';

/** Longest list of files in a line. */
const MAX_FILES = 8;

/**
 * What a merge came to, for a terminal: the tasks, the changes, and the command that takes them over.
 * @param dir absolute path of the run's directory
 * @param hunks the conflicting parts by task, if they are shown
 */
export function describeMerge(
  result: MergeResult,
  dir: string,
  hunks: ReadonlyMap<string, string> = new Map(),
): string {
  const { outcome, run, isDryRun, branch, tasks, diffstat } = result;
  if (outcome === 'nothing_to_merge') return `nothing to merge: no task of run ${run} has changes`;
  const lines = tasks.flatMap((task) => [
    describeTask(task, isDryRun),
    ...describeOutput(task, dir, hunks.get(task.task)),
  ]);
  if (isDryRun) return [...lines, describeDryRun(result)].join('\n');
  if (outcome === 'interrupted') return [...lines, `Continue: swarm merge ${run}`].join('\n');
  return [
    ...lines,
    ...(diffstat === '' ? [] : ['', sanitize(diffstat)]),
    '',
    ...result.collisions.map(
      (names) =>
        `Files that differ only in case, of which macOS and Windows keep one: ${listFiles(names)}`,
    ),
    `${describeOutcome(result)} on the branch ${branch}${describeProof(result)}`,
    ...describeTakeOver(result),
  ].join('\n');
}

function describeTask(task: MergedTask, isDryRun: boolean): string {
  const { task: id, outcome, others, reason, checks } = task;
  const reasonOf = others.length > 0 ? others.join(', ') : (reason ?? '');
  switch (outcome) {
    case 'merged':
      return isDryRun ? `✔ ${id}: would merge` : `✔ ${id}: merged${describeChecks(checks)}`;
    case 'conflict':
      return `✖ ${id}: conflicts with ${others.join(' and ') || 'what is merged before it'} in ${listFiles(task.files)}`;
    case 'reverted':
      return `✖ ${id}: the check \`${checks.at(-1)?.command}\` passed before and fails with it; not merged`;
    case 'skipped':
      return others.length > 0
        ? `⊘ ${id}: skipped, it needs ${reasonOf}`
        : `⊘ ${id}: skipped, ${sanitizeLine(reasonOf, 300)}`;
    case 'failed':
      return `✖ ${id}: ${sanitizeLine(reasonOf, 300)}`;
  }
}

function describeChecks(checks: MergedTask['checks']): string {
  if (checks.length === 0) return '';
  const time = formatDuration(checks.reduce((sum, { durationMs }) => sum + durationMs, 0));
  return checks.every(({ exitCode }) => exitCode === 0)
    ? `, check passed in ${time}`
    : ', the check fails as it did before';
}

function listFiles(files: readonly string[]): string {
  const shown = files.slice(0, MAX_FILES).map((file) => sanitizeLine(file, 200));
  const more = files.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${plural(more, 'other file')}` : shown.join(', ');
}

function describeOutput(task: MergedTask, dir: string, hunks: string | undefined): string[] {
  if (task.output === null || task.outcome === 'merged') return [];
  const shown = hunks ? sanitize(hunks).trimEnd().split('\n') : [];
  const what = task.outcome === 'conflict' ? 'The whole conflict' : 'Output';
  return [...shown.map((line) => `    ${line}`), `  ${what}: ${dir}/${task.output}`];
}

function describeDryRun({ run, outcome }: MergeResult): string {
  const end = outcome === 'merged' ? 'Every branch would merge' : 'Not every branch would merge';
  return `${end}; no check was run and nothing was changed. Merge: swarm merge ${run}`;
}

function describeOutcome({ tasks, changes }: MergeResult): string {
  const merged = tasks.filter(({ outcome }) => outcome === 'merged').length;
  const { files = 0, insertions = 0, deletions = 0 } = changes ?? {};
  const size = merged === 0 ? '' : ` (${plural(files, 'file')}, +${insertions} −${deletions})`;
  return `${merged} of ${plural(tasks.length, 'task')} merged${size}`;
}

function describeProof({ verified }: MergeResult): string {
  if (verified === null) return '';
  return verified ? ', verified' : '; the check failed before the first merge and still fails';
}

function describeTakeOver({ takeOver, pullRequest, commit, run, tasks }: MergeResult): string[] {
  const open = tasks.filter(({ outcome }) => outcome !== 'merged');
  const again =
    open.length > 0
      ? [
          `Not merged: ${open.map(({ task }) => task).join(', ')}. Correct that on their branches, then: swarm merge ${run}`,
        ]
      : [];
  if (commit === null) return again;
  if (takeOver === null) return [...again, 'Your branch has it already.'];
  const request = pullRequest === null ? [] : [`Or open a pull request: ${pullRequest}`];
  return [...again, `Take it over: ${takeOver}`, ...request];
}
