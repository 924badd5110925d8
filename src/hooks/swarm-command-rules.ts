import type { CallerRules } from '../command-policy/classify-command.ts';
import { type Change, commandsChanging, commandsOf } from '../commands/command-rights.ts';
import { APPROVALS, HUB_TOKEN } from '../run/file-claims.ts';
import { parseTaskRef } from '../run/task-ref.ts';

/** Patterns of the calls that make this kind of change. */
function callsChanging(change: Change, programs = 'swarm|swarm-parallel'): string[] {
  return [`${programs} ${[...commandsChanging(change)].join('|')}`];
}

const DECISIONS = callsChanging('gate', 'swarm|swarm-parallel|cli.cjs');
const CHANGES = callsChanging('run');
const ENDS_GUARD = [
  'pkill|killall|skill ** *swarm*|*mcp.cjs*|*hook-server*',
  'claude plugin|plugins disable|uninstall|remove|rm swarm-parallel*',
];
const PRUNES = ['swarm|swarm-parallel prune --force'];
const REPORTS = callsChanging('task');

/** The files of runs, but not the worktrees of tasks, which are in the same directory. */
const FILES_OF_RUNS = /(?:^|\/)\.swarm(?:$|\/(?!worktrees\/[^/]+\/[^/]+(?:\/|$)))/;

/**
 * The same without one scratch directory. A path that leads out of it again is not in it.
 * @param scratch relative to `.swarm`
 */
function filesOfRunsBut(scratch: string): RegExp {
  const own = scratch.replaceAll('.', String.raw`\.`);
  const inside = String.raw`(?:$|/(?!(?:.*/)?\.\.(?:/|$)))`;
  return new RegExp(FILES_OF_RUNS.source.replace('(?!', `(?!${own}${inside})(?!`));
}

/** Commands with a button in the pane; the names of the others are common words. */
const SUSPICIOUS_WORDS = new Map([
  ['swarm', new RegExp(`^(?:${[...commandsOf('pane')].join('|')})$`)],
]);

/**
 * What an agent of a run may not do to runs.
 * @param task the agent's own task, as `<run>/<task>`; without it, the agent may report on any
 * @param scratch the agent's own directory for notes, relative to `.swarm`
 */
export function swarmRules(task?: string, scratch?: string): CallerRules {
  return {
    commands: [
      {
        rule: 'decide-for-person',
        reason: 'Only a person decides on irreversible commands.',
        isForbidden: true,
        commands: DECISIONS,
      },
      {
        rule: 'change-runs',
        reason: 'An agent of a run may not start, resume, retry or cancel runs.',
        isForbidden: true,
        commands: CHANGES,
        unless: ['--check'],
      },
      {
        rule: 'end-processes',
        reason: 'It ends the servers that runs depend on.',
        isForbidden: true,
        commands: ENDS_GUARD,
      },
      {
        rule: 'discard-work',
        reason: 'It removes worktrees that contain unmerged work.',
        commands: PRUNES,
      },
      {
        rule: 'change-runs',
        reason: 'Only the agent of a task may report its progress or its result.',
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
        rule: 'decide-for-person',
        // Whoever has the token can approve commands through the hub.
        reason: 'The token of the hub is for people and their programs.',
        isForbidden: true,
        isSecret: true,
        path: HUB_TOKEN,
      },
      {
        rule: 'change-runs',
        // The ledger also records what a person has approved.
        reason: 'Only `swarm` may write the files of a run.',
        isForbidden: true,
        path: scratch === undefined ? FILES_OF_RUNS : filesOfRunsBut(scratch),
        programs: ['swarm', 'swarm-parallel', 'cli.cjs', 'mkdir'],
      },
      {
        rule: 'decide-for-person',
        reason: 'Only a person decides on irreversible commands.',
        isForbidden: true,
        path: APPROVALS,
      },
    ],
    suspiciousWords: SUSPICIOUS_WORDS,
  };
}
