import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Command } from 'commander';
import { EXIT, SwarmError } from '../../../errors/swarm-error.ts';
import type { DiffRange } from '../../../worktrees/diff/diff-range.ts';
import type { CliContext } from '../../cli-context.ts';
import { declareCommand, type JsonFlag, jsonOption } from '../../declare-command.ts';
import { firstCalls } from './first-calls.ts';

interface DiffFlags extends JsonFlag {
  stat?: boolean;
}

export function addDiffCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'diff')
    .option('--stat', 'only the files and how many lines changed')
    .addOption(jsonOption())
    .action((name: string | undefined, flags: DiffFlags) => showDiff(name, flags, context));
}

async function showDiff(
  name: string | undefined,
  flags: DiffFlags,
  context: CliContext,
): Promise<void> {
  const { findRun, findTarget } = await import('../../../operations/find-run.ts');
  const { diffRange } = await import('../../../worktrees/diff/diff-range.ts');
  const { describeDiff } = await import('../../../view/terminal/describe-diff.ts');
  const host = await context.host();
  const { run, task } =
    name === undefined ? { run: findRun(host, name), task: null } : findTarget(host, name);
  const id = run.paths.run;
  const range = await diffRange(run, task, { host, firstCall: await firstCalls(context) });
  if (flags.json) return printDocument(id, task, range, context);
  if (!range) {
    context.printError(`no change of ${task === null ? `run ${id}` : `task ${task}`} is known`);
    return;
  }
  for (const note of describeDiff(range)) context.warn(note);
  await runGitDiff(range, flags.stat === true, context);
}

/** Git itself pages and colours, as the person has configured it. */
async function runGitDiff(
  { cwd, from, to, files }: DiffRange,
  isStat: boolean,
  context: CliContext,
): Promise<void> {
  const paths = files ? ['--', ...files.map((file) => `:(literal)${file}`)] : [];
  const args = ['diff', ...(isStat ? ['--stat'] : []), from, to, ...paths];
  // The pager handles Ctrl-C.
  context.process.onSignal(['SIGINT'], () => {});
  const git = spawn('git', args, { cwd, env: context.env, stdio: 'inherit' });
  const [code] = await once(git, 'close');
  if (code !== 0) throw new SwarmError(`git diff failed: exit code ${code}`, EXIT.notCompleted);
}

async function printDocument(
  run: string,
  task: string | null,
  range: DiffRange | null,
  context: CliContext,
): Promise<void> {
  const { diffDocument } = await import('../../../worktrees/diff/diff-document.ts');
  context.print(JSON.stringify(await diffDocument(run, task, range)));
}
