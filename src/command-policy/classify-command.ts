import { judgeUnreadable } from './classify-unparsed.ts';
import { type CommandPattern, matchPattern, readPatterns } from './command-pattern.ts';
import { judgeCommand } from './rules/command.ts';
import { judgeDatabase } from './rules/database.ts';
import { judgeEmptied, judgeFiles, judgeTarget } from './rules/file.ts';
import { judgeRequest } from './rules/forge.ts';
import { judgeGit } from './rules/git.ts';
import { judgeRunFile, judgeSwarm } from './rules/swarm.ts';
import type { Call, Verdict } from './shell/call.ts';
import { Interpreter } from './shell/interpreter.ts';
import { locatePlace } from './shell/place.ts';
import { fileOfRedirection, filesWrittenBy, type WrittenFile } from './written-files.ts';

/** Something in a command that cannot be undone. */
export interface Irreversible {
  /** The kind of harm, such as `force-push`. */
  rule: string;
  /** The part of the command that does it, on one line. */
  command: string;
  /** One sentence. */
  reason: string;
  /** Whether no agent may do it, so that no person is asked. */
  isForbidden?: boolean;
}

export interface CommandContext {
  /** The directory in which the command starts. */
  cwd: string;
  /** The main checkout of the repository. */
  root: string;
  home: string;
  /**
   * More commands that cannot be undone, by the words they begin with, such as `make ship`;
   * options such as `--prod` may be anywhere, and `*` stands for any letters.
   */
  extra?: readonly string[];
  /** The task of the agent that runs the command, as `<run>/<task>`. */
  task?: string;
}

export interface Examined {
  /** The first part that is forbidden, or else the first that cannot be undone. */
  irreversible: Irreversible | null;
  /** The files that it may write and that its text names, some of them several times. */
  writes: WrittenFile[];
}

/**
 * Tells whether a shell command does something that cannot be undone, and which files it writes.
 *
 * It looks into everything that the command would run and that can be read from its text. Where a
 * program, a shell text or the path of a deletion is not known beforehand, it assumes the worst;
 * an argument that is not known is not taken for an option. Scripts in files are not read, unless
 * the command writes them itself; nor are the scripts of `package.json` or a Makefile, which count by
 * their names alone, and of code in languages other than the shell's and SQL only what it has the
 * system run and stands in it as text.
 *
 * What the reflog brings back counts as undoable, but uncommitted work does not. So in the main
 * checkout `git reset --hard`, `git clean -f` and taking back a whole directory count, and in the
 * agent's own worktree or a temporary repository they do not. Deleting a stash or an unmerged
 * branch counts in any worktree, since they share them. Temporary directories hold nothing to
 * keep, save all of `/tmp` at once.
 *
 * Of the files that are written it assumes nothing: they are those of redirections and of plain
 * commands for files that stand in the text themselves, where their paths are literal.
 */
export function examineCommand(command: string, context: CommandContext): Examined {
  const place = locatePlace(context);
  const extra = (context.extra ?? []).filter((text) => text.trim()).flatMap(readPatterns);
  const writes: WrittenFile[] = [];
  const interpreter = new Interpreter(
    {
      judgeCall(call, isBehind) {
        const written = filesWrittenBy(call, place);
        if (!isBehind) writes.push(...written);
        return (
          judgeSwarm(call, context.task) ??
          written.map(({ path }) => judgeRunFile(path)).find(Boolean) ??
          judgeExtra(call, extra) ??
          judgeGit(call, place) ??
          judgeFiles(call, place) ??
          judgeDatabase(call) ??
          judgeRequest(call) ??
          judgeCommand(call)
        );
      },
      judgeTarget(target, cwd) {
        const written = fileOfRedirection(target, cwd);
        writes.push(...written);
        const paths = [target, ...written.map(({ path }) => path)];
        return paths.map(judgeTarget).find(Boolean) ?? null;
      },
      judgeEmptied: (target, cwd) => judgeEmptied(target, cwd, place),
      judgeUnreadable: (text) => judgeUnreadable(text, extra),
    },
    place,
  );
  return { irreversible: interpreter.interpret(command), writes };
}

function judgeExtra({ program, args }: Call, patterns: readonly CommandPattern[]): Verdict | null {
  for (const pattern of patterns) {
    if (!matchPattern(pattern, program, args)) continue;
    const words = [pattern.program, ...pattern.words, ...pattern.options].join(' ');
    return { rule: 'extra', reason: `\`${words}\` is configured as irreversible.` };
  }
  return null;
}
