import { readGitCall } from '../programs/git-call.ts';
import {
  DISCARDS_SHARED_WORK,
  DISCARDS_WORK,
  HISTORY_PROGRAMS,
  LOSES_HISTORY,
  LOSES_SHARED_WORK,
  LOSES_WORK,
  PUSH_RULES,
  PUSHES,
  REWRITES_HISTORY,
  UNKNOWN_SUBCOMMAND,
} from '../rules/git-rules.ts';
import { beforeDashes, hasFlag, hasLongOption, hasOption } from '../shell/arguments.ts';
import type { Call } from '../shell/call.ts';
import { UNKNOWN } from '../shell/placeholders.ts';
import type { Verdict } from '../shell/rule-set.ts';
import { contains, isOwnDirectory, type WorkTree } from '../work-tree.ts';

/** Checks what git does to a remote repository, to history and to uncommitted work. */
export function checkGit(call: Call, workTree: WorkTree): Verdict | null {
  if (HISTORY_PROGRAMS.has(call.program)) return REWRITES_HISTORY;
  if (call.program !== 'git' || hasOption(beforeDashes(call.args), '--help')) return null;
  const git = readGitCall(call);
  const { subcommand, args, cwd } = git;
  if (subcommand.startsWith(UNKNOWN)) return UNKNOWN_SUBCOMMAND;
  if (PUSHES.has(subcommand)) {
    if (hasLongOption(args, '--dry-run') || hasFlag(args, 'n')) return null;
    const found = PUSH_RULES.find(({ applies }) => applies(git));
    return found ? { rule: found.rule, reason: found.reason } : null;
  }
  // Nobody misses what a temporary repository loses, and an agent's worktree has files of its own.
  const isOwn = isOwnDirectory(cwd, workTree);
  const sharesRepository = !isOwn || contains(workTree.path, cwd);
  if (sharesRepository && LOSES_HISTORY.get(subcommand)?.(git, workTree)) return REWRITES_HISTORY;
  if (sharesRepository && LOSES_SHARED_WORK.get(subcommand)?.(git, workTree)) {
    return DISCARDS_SHARED_WORK;
  }
  return !isOwn && LOSES_WORK.get(subcommand)?.(git, workTree) ? DISCARDS_WORK : null;
}
