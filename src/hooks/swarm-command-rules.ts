import type { CallerRules } from '../command-policy/classify-command.ts';
import { parseTaskRef } from '../run/task-ref.ts';

const DECISIONS = ['swarm|swarm-parallel|cli.cjs approve|deny'];
const CHANGES = ['swarm|swarm-parallel cancel|retry|run|resume|mcp|plan'];
const PRUNES = ['swarm|swarm-parallel prune --force'];
const REPORTS = ['swarm|swarm-parallel checkpoint|result'];

/** The files of runs, but not the worktrees of tasks, which are in the same directory. */
const FILES_OF_RUNS = /(?:^|\/)\.swarm\/(?!worktrees\/[^/]+\/[^/]+(?:\/|$))/;

const SUSPICIOUS_WORDS = new Map([['swarm', /^(?:approve|deny|cancel|retry)$/]]);

/**
 * What an agent of a run may not do to runs.
 * @param task the agent's own task, as `<run>/<task>`; without it, the agent may report on any
 */
export function swarmRules(task?: string): CallerRules {
  return {
    commands: [
      {
        rule: 'decide-for-person',
        reason: 'Only a person decides about what cannot be undone.',
        isForbidden: true,
        commands: DECISIONS,
      },
      {
        rule: 'change-runs',
        reason: 'An agent of a run starts, cancels and goes on with no run.',
        isForbidden: true,
        commands: CHANGES,
        unless: ['--check'],
      },
      {
        rule: 'discard-work',
        reason: 'It removes worktrees with work that is not merged.',
        commands: PRUNES,
      },
      {
        rule: 'change-runs',
        reason: 'Only the agent of a task says how far it is and reports on it.',
        isForbidden: true,
        commands: REPORTS,
        when: (args) => {
          const named = args.find(parseTaskRef);
          return task !== undefined && named !== undefined && named !== task;
        },
      },
    ],
    files: [
      {
        rule: 'change-runs',
        // The ledger also records what a person has approved.
        reason: 'The files of a run are written by `swarm` alone.',
        isForbidden: true,
        path: FILES_OF_RUNS,
      },
    ],
    suspiciousWords: SUSPICIOUS_WORDS,
  };
}
