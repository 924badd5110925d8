import { type GitCall, readGitCall } from '../programs/git-call.ts';
import {
  DISCARDS_SHARED_WORK,
  DISCARDS_WORK,
  forcesLaterPushes,
  type GitTable,
  HISTORY_PROGRAMS,
  isDryRun,
  LOSES_HISTORY,
  LOSES_SHARED_WORK,
  LOSES_WORK,
  MAKES_PUSHES_FORCED,
  MOVES_SHARED_WORK,
  MOVES_WORK,
  PUSH_RULES,
  PUSHES,
  REWRITES_HISTORY,
  UNKNOWN_SUBCOMMAND,
} from '../rules/git-rules.ts';
import { beforeDashes, hasOption } from '../shell/arguments.ts';
import type { Call } from '../shell/call.ts';
import { UNKNOWN } from '../shell/placeholders.ts';
import type { Verdict } from '../shell/rule-set.ts';
import { contains, isOwnDirectory, type WorkTree } from '../work-tree.ts';

/**
 * Checks what git does to a remote repository, to history and to uncommitted work.
 * @param othersWork whether other agents work in the repository
 */
export function checkGit(
  call: Call,
  workTree: WorkTree,
  othersWork: () => boolean,
): Verdict | null {
  if (HISTORY_PROGRAMS.has(call.program)) return REWRITES_HISTORY;
  if (call.program !== 'git' || hasOption(beforeDashes(call.args), '--help')) return null;
  const git = readGitCall(call);
  if (git.subcommand.startsWith(UNKNOWN)) return UNKNOWN_SUBCOMMAND;
  if (forcesLaterPushes(git)) return MAKES_PUSHES_FORCED;
  return PUSHES.has(git.subcommand) ? checkPush(git) : checkLosses(git, workTree, othersWork);
}

function checkPush(git: GitCall): Verdict | null {
  if (isDryRun(git.args)) return null;
  const found = PUSH_RULES.find(({ applies }) => applies(git));
  return found ? { rule: found.rule, reason: found.reason } : null;
}

function checkLosses(git: GitCall, workTree: WorkTree, othersWork: () => boolean): Verdict | null {
  const loses = (table: GitTable) => table.get(git.subcommand)?.(git, workTree);
  // Nobody misses what a temporary repository loses, and an agent's worktree has files of its own.
  const isOwn = isOwnDirectory(git.cwd, workTree);
  const isSharedRepository = !isOwn || contains(workTree.path, git.cwd);
  if (isSharedRepository && loses(LOSES_HISTORY)) return REWRITES_HISTORY;
  if (isSharedRepository && loses(LOSES_SHARED_WORK)) return DISCARDS_SHARED_WORK;
  if (!isOwn && loses(LOSES_WORK)) return DISCARDS_WORK;
  return isSharedRepository && loses(MOVES_SHARED_WORK) && othersWork() ? MOVES_WORK : null;
}
