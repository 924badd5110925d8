import { parseTaskRef } from '../../run/task-ref.ts';
import { matchPattern, readPatterns } from '../command-pattern.ts';
import { beforeDashes, type Call, hasOption, type Verdict } from '../shell/call.ts';

const DECIDES_FOR_PERSON: Verdict = {
  rule: 'decide-for-person',
  reason: 'Only a person decides about what cannot be undone.',
  isForbidden: true,
};
const CHANGES_RUNS: Verdict = {
  rule: 'change-runs',
  reason: 'An agent of a run starts, cancels and goes on with no run.',
  isForbidden: true,
};
const WRITES_RUNS: Verdict = {
  rule: 'change-runs',
  reason: 'The files of a run are written by `swarm` alone.',
  isForbidden: true,
};
const SPEAKS_FOR_ANOTHER: Verdict = {
  rule: 'change-runs',
  reason: 'Only the agent of a task says how far it is and reports on it.',
  isForbidden: true,
};
const DISCARDS: Verdict = {
  rule: 'discard-work',
  reason: 'It removes worktrees with work that is not merged.',
};

const DECISIONS = readPatterns('swarm|swarm-parallel|cli.cjs approve|deny');
const CHANGES = readPatterns('swarm|swarm-parallel cancel|retry|run|resume|mcp|plan');
const REPORTS = readPatterns('swarm|swarm-parallel checkpoint|result');
const PRUNES = readPatterns('swarm|swarm-parallel prune --force');

/**
 * Judges what an agent of a run does to runs.
 * @param task the agent's own, as `<run>/<task>`; left out, it may speak for any
 */
export function judgeSwarm({ program, args }: Call, task?: string): Verdict | null {
  if (hasOption(beforeDashes(args), '--help')) return null;
  const match = (patterns: ReturnType<typeof readPatterns>) =>
    patterns.some((pattern) => matchPattern(pattern, program, args));
  if (match(DECISIONS)) return DECIDES_FOR_PERSON;
  if (match(CHANGES) && !args.includes('--check')) return CHANGES_RUNS;
  if (match(PRUNES)) return DISCARDS;
  const named = task !== undefined && match(REPORTS) ? args.find(parseTaskRef) : undefined;
  return named === undefined || named === task ? null : SPEAKS_FOR_ANOTHER;
}

/**
 * What a ledger says decides about a run, also that a person has approved something. The worktrees
 * of tasks lie there, too.
 */
const OF_RUNS = /(?:^|\/)\.swarm\/(?!worktrees\/[^/]+\/[^/]+(?:\/|$))/;

/** Judges the path of a file that is written. */
export function judgeRunFile(path: string): Verdict | null {
  return OF_RUNS.test(path) ? WRITES_RUNS : null;
}
