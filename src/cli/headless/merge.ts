import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import type { Host } from '../../store/host.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import type { MergeResult } from '../../view/results.ts';
import { printAnswer } from '../answer.ts';
import type { CliContext } from '../cli-context.ts';
import type { JsonFlag } from '../declare-command.ts';
import { executeInBackground, locateClient } from './execute.ts';

export interface MergeFlags extends JsonFlag {
  into?: string;
  check?: string;
  dryRun?: boolean;
  resolve?: boolean;
}

/** Merges the branches of a run, prints what it came to, and sets the exit code. */
export async function mergeInTerminal(
  name: string | undefined,
  flags: MergeFlags,
  context: CliContext,
): Promise<void> {
  const { findRun } = await import('../../operations/find-run.ts');
  const { describeMerge } = await import('../../view/terminal/describe-merge.ts');
  const host = await context.host();
  const run = findRun(host, name);
  const interrupt = new AbortController();
  context.process.onSignal(['SIGINT', 'SIGTERM', 'SIGHUP'], () => interrupt.abort());
  const { signal } = interrupt;
  const result = await (flags.dryRun
    ? preview(run, flags, signal)
    : merge(run, host, { flags, signal, context }));
  context.process.setExitCode(exitCodeOf(result));
  const hunks = await readHunks(run, result);
  const text = () => describeMerge(result, run.paths.dir, hunks);
  printAnswer({ document: result, text }, flags.json, context);
}

function exitCodeOf({ outcome }: MergeResult): number {
  if (outcome === 'interrupted') return EXIT.interrupted;
  return outcome === 'incomplete' ? EXIT.notCompleted : EXIT.done;
}

async function preview(
  run: RunHandle,
  { into }: MergeFlags,
  signal: AbortSignal,
): Promise<MergeResult> {
  const { previewRun } = await import('../../supervisor/merge/preview-run.ts');
  return previewRun(run, { ...(into === undefined ? {} : { into }), signal });
}

async function merge(
  run: RunHandle,
  host: Host,
  { flags, signal, context }: { flags: MergeFlags; signal: AbortSignal; context: CliContext },
): Promise<MergeResult> {
  const { mergeEndedRun } = await import('../../supervisor/merge/merge-ended-run.ts');
  const { mergeResult } = await import('../../supervisor/merge/merge-result.ts');
  const { identifyProcess } = await import('../../platform/process/process-identity.ts');
  const { env, process } = context;
  const supervisor = { id: randomUUID(), process: identifyProcess(process.pid) };
  const check = flags.check === undefined ? undefined : await judged(flags.check, run, context);
  const { into } = flags;
  const options = { host, env, signal };
  let end = await mergeEndedRun(run, supervisor, { ...options, into, check });
  if (flags.resolve && end === 'ended' && (await resolveConflicts(run, options, context))) {
    end = await mergeEndedRun(run, { ...supervisor, id: randomUUID() }, options);
  }
  return mergeResult(run, end, env);
}

/** Has agents resolve what conflicts. @returns whether there was anything to resolve */
async function resolveConflicts(
  run: RunHandle,
  { host, signal }: { host: Host; signal: AbortSignal },
  context: CliContext,
): Promise<boolean> {
  const { addResolvers } = await import('../../supervisor/merge/add-resolvers.ts');
  const { hasConflicts } = await import('../../run/merge/merge-state.ts');
  if (!hasConflicts(run.state.merge)) return false;
  // Nothing is added before it is known that it can be done.
  const client = await locateClient(context);
  addResolvers(run, host);
  await executeInBackground(run, client, signal, context);
  return true;
}

/**
 * The commands of `--check`. They run outside of Claude Code, as those of a plan do.
 * @throws {SwarmError} if that may not be run
 */
async function judged(check: string, run: RunHandle, context: CliContext): Promise<string[]> {
  const { checkJudge } = await import('../../operations/plans/judge-plan.ts');
  const { checkCommands } = await import('../../plan/check-commands.ts');
  const { quote } = await import('../../errors/validation-issue.ts');
  const host = await context.host();
  const found = checkJudge({ host, env: context.env })(check);
  if (found) throw new SwarmError(`--check: expected ${found.expected}, found ${quote(check)}`);
  return checkCommands([check], run.state.opened.policy.checks.named);
}

/** Lines of a conflict that are shown; the file has the rest. */
const MAX_LINES = 24;

async function readHunks(run: RunHandle, { tasks }: MergeResult): Promise<Map<string, string>> {
  const { readRegularFile } = await import('../../platform/regular-file.ts');
  const hunks = new Map<string, string>();
  for (const { task, outcome, output } of tasks) {
    if (outcome !== 'conflict' || output === null) continue;
    const [, ...lines] = readRegularFile(join(run.paths.dir, output)).split('\n');
    hunks.set(task, lines.slice(0, MAX_LINES).join('\n'));
  }
  return hunks;
}
