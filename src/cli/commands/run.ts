import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { WORKER_PLUGIN } from '../../claude/worker-plugin.ts';
import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import type { LoadedRun } from '../../store/run-handle.ts';
import type { ExecuteFlags } from '../../supervisor/execute-run.ts';
import { doctorEnvironment } from '../doctor-environment.ts';
import { HELP } from '../help.ts';
import { chooseView, type View } from '../live-status.ts';
import { readPlan } from '../read-input.ts';

/** What the command line gives to its commands. */
export interface CommandContext {
  packageRoot: string;
  isPlugin: boolean;
  root(): string;
  now(): string;
  print(text: string): void;
  tell(text: string): void;
}

interface RunFlags {
  maxParallel?: number;
  sequential?: boolean;
  model?: string;
  permissionMode?: string;
  allowedTools?: string;
  budgetUsd?: number;
  fresh?: boolean;
  worktrees?: boolean;
  detach?: boolean;
  json?: boolean;
}

/** `swarm run`, and `swarm guard`, which it starts beside itself. */
export function addRunCommand(program: Command, context: CommandContext): void {
  program
    .command('run')
    .description('Execute a plan, or go on with a run, with a Claude Code process for each task.')
    .argument('<plan|run|->', 'a file, the id of a run, or - for a plan on stdin')
    .addHelpText('after', HELP.run)
    .option(
      '--max-parallel <n>',
      'how many tasks at once (default: maxParallel of the configuration, 10)',
      wholeNumber,
    )
    .addOption(new Option('--sequential', 'one task at a time').conflicts('maxParallel'))
    .option('--model <model>', 'the model of the workers')
    .option('--permission-mode <mode>', 'what workers may do unasked, as for claude')
    .option('--allowed-tools <rules>', 'what workers may use unasked, separated by commas')
    .option('--budget-usd <dollars>', 'what the run may cost, such as 2.50', dollars)
    .option('--fresh', 'use no report of an earlier run again')
    .option('--worktrees', 'give tasks that write a git worktree and a branch of their own')
    .option('--detach', 'return at once; `swarm watch` follows the run')
    .addOption(new Option('--json', 'print JSON alone on stdout, one object a line'))
    .action((target: string, flags: RunFlags) => runTarget(context, target, flags));

  program
    .command('guard', { hidden: true })
    .description('Ends the workers of a supervisor that is gone (started by swarm run).')
    .argument('<run>')
    .argument('<supervisor>')
    .action(async (run: string, supervisor: string) => {
      await once(process.stdin.resume(), 'end');
      const { guardRun } = await import('../../supervisor/reap-orphans.ts');
      const { isAlive } = await import('../../platform/process-identity.ts');
      const { runPaths } = await import('../../store/run-paths.ts');
      await guardRun(runPaths(context.root(), run), supervisor, { now: context.now, isAlive });
    });
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 100) return value;
  throw new InvalidArgumentError('expected a whole number from 1 to 100.');
}

/** Executes on a run that an earlier `swarm run` left, as that did. */
export async function continueRun(context: CommandContext, run: LoadedRun): Promise<void> {
  keepHeapSmall();
  await executeAndShow(context, run, await clientOf(context), {});
}

function dollars(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('expected an amount in dollars such as 2.50.');
}

async function clientOf({ packageRoot }: CommandContext): Promise<string> {
  const { findClient } = await import('../../supervisor/find-claude.ts');
  return findClient(doctorEnvironment(packageRoot));
}

async function runTarget(context: CommandContext, target: string, flags: RunFlags): Promise<void> {
  keepHeapSmall();
  const { run, client } = await openTarget(context, target, flags);
  if (flags.detach) return detach(context, run, flags);
  await executeAndShow(context, run, client, flags);
}

/** Nothing is opened before it is known that it can be executed. */
async function openTarget(
  context: CommandContext,
  target: string,
  { worktrees = false }: RunFlags,
): Promise<{ run: LoadedRun; client: string }> {
  const { checkPlan, namesRun } = await import('../../operations/create-run-from-plan.ts');
  const { openRun } = await import('../../operations/create-run.ts');
  const { findRun } = await import('../../operations/find-run.ts');
  const { checkCheckout } = await import('../../worktrees/create-worktree.ts');
  const { locateWorktree } = await import('../../platform/repository-paths.ts');
  const root = context.root();
  if (namesRun(target)) {
    const run = findRun(root, target);
    return { run, client: await clientOf(context) };
  }
  const input = readPlan(target, context.tell, 'the file of a plan, or the id of a run,');
  const plan = Promise.resolve().then(() => checkPlan(root, input));
  const client = clientOf(context);
  const checkout = locateWorktree(root, process.cwd()) ?? root;
  await allWell([plan, client, ...(worktrees ? [checkCheckout(checkout)] : [])]);
  const session = process.env.CLAUDE_CODE_SESSION_ID ?? null;
  return {
    run: openRun(root, await plan, input.source, session, new Date()),
    client: await client,
  };
}

/** @throws {SwarmError} with all that was found wrong */
async function allWell(checks: readonly Promise<unknown>[]): Promise<void> {
  const ends = await Promise.allSettled(checks);
  const errors = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as Error] : []));
  const unknown = errors.find((error) => !(error instanceof SwarmError));
  if (unknown) throw unknown;
  if (errors.length > 0) throw new SwarmError(errors.map(({ message }) => message).join('\n'));
}

/** Executes a run in this process. Ctrl-C ends the workers in an orderly way, a second one at once. */
async function executeAndShow(
  context: CommandContext,
  run: LoadedRun,
  client: string,
  flags: RunFlags,
): Promise<void> {
  const { executeRun } = await import('../../supervisor/execute-run.ts');
  const { identifyProcess, isAlive } = await import('../../platform/process-identity.ts');
  const { locateWorktree } = await import('../../platform/repository-paths.ts');
  const { explainRunEnd } = await import('../../view/terminal/describe-run-end.ts');
  if (!flags.json) {
    const { estimateCost } = await import('../../supervisor/estimate-cost.ts');
    const cost = estimateCost(run, flags.fresh ?? run.state.supervision.options?.fresh ?? false);
    // The live view has the goal and the run itself.
    const isShown = process.stdout.isTTY && process.stderr.isTTY;
    const head = isShown ? [] : [`run ${run.paths.run}: ${run.state.opened.goal}`];
    const lines = [...head, ...(cost ? [cost] : [])];
    if (lines.length > 0) context.tell(lines.join('\n'));
  }
  const { startNotifier } = await import('../../notify/spawn-notifier.ts');
  const { readAgent } = await import('../../claude/agent-definition.ts');
  const view = await chooseView(flags.json ?? false, context.print, context.tell, true);
  const signals = listenForSignals(view, run.paths.run);
  try {
    const end = await executeRun(run, {
      flags: toExecuteFlags(flags),
      process: identifyProcess(process.pid),
      client,
      pluginDir: context.isPlugin ? join(context.packageRoot, 'dist', WORKER_PLUGIN) : null,
      env: process.env,
      newId: randomUUID,
      now: context.now,
      isAlive,
      checkout: locateWorktree(run.paths.root, process.cwd()),
      readAgent: (agent, checkout) =>
        readAgent(agent, { ...context, root: checkout, env: process.env }),
      onNote: view.say,
      startGuard: (id, supervisor) => startGuard(context, id, supervisor),
      onChange: view.show,
      startNotifier,
      ...signals,
    });
    view.close();
    const { exitCode, message } = explainRunEnd(end, run.state, run.paths.summary, view.inSight());
    process.exitCode = exitCode;
    context.tell(message);
  } finally {
    view.close();
  }
}

/**
 * A supervisor lives for hours beside clients that need the memory, and holds a few megabytes. Left
 * alone V8 would let garbage grow to several times that, from the first plan on; and its optimising
 * compiler alone would take ten more, for code that waits nearly all the time (`bench run`).
 */
function keepHeapSmall(): void {
  setFlagsFromString('--optimize-for-size');
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--no-opt');
}

function toExecuteFlags(flags: RunFlags): ExecuteFlags {
  const { sequential, maxParallel, model, permissionMode, allowedTools, budgetUsd } = flags;
  const limit = sequential ? 1 : maxParallel;
  return {
    ...(limit === undefined ? {} : { maxParallel: limit }),
    ...(model === undefined ? {} : { model }),
    ...(permissionMode === undefined ? {} : { permissionMode }),
    ...(budgetUsd === undefined ? {} : { budgetUsd }),
    ...(flags.worktrees === undefined ? {} : { worktrees: flags.worktrees }),
    ...(flags.fresh === undefined ? {} : { fresh: flags.fresh }),
    ...(allowedTools === undefined ? {} : { allowedTools: [allowedTools] }),
  };
}

/** What comes within this time of a first signal is the same wish; milliseconds. */
const ECHO_MS = 100;

/**
 * One wish to end may come several times: Ctrl-C from the terminal and from a parent that passes it
 * on, the end of a terminal from the system and from the shell.
 */
function listenForSignals(view: View, run: string): { interrupt: AbortSignal; kill: AbortSignal } {
  const interrupt = new AbortController();
  const kill = new AbortController();
  let askedAt = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!interrupt.signal.aborted) {
        if (signal === 'SIGINT') view.say('ending the workers; Ctrl-C once more kills them');
        interrupt.abort();
        // Taken last: on a busy machine asking the workers to end may take longer than an echo.
        askedAt = performance.now();
        return;
      }
      if (signal === 'SIGHUP' || performance.now() - askedAt < ECHO_MS) return;
      kill.abort();
      view.close();
      view.say(`killed the workers; go on: swarm run ${run}`);
      process.exit(EXIT.interrupted);
    });
  }
  return { interrupt: interrupt.signal, kill: kill.signal };
}

/**
 * A process that sleeps until this one is gone, however it ends. It belongs to no terminal, so
 * Ctrl-C does not reach it.
 */
function startGuard(
  { packageRoot, root }: CommandContext,
  run: string,
  supervisor: string,
): () => Promise<void> {
  const cli = join(packageRoot, 'bin', 'swarm');
  const guard = spawn(process.execPath, [cli, 'guard', run, supervisor], {
    cwd: root(),
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  const ended = new Promise<void>((resolve) => {
    guard.once('exit', () => resolve()).once('error', () => resolve());
  });
  guard.stdin.on('error', () => {});
  return () => {
    guard.stdin.end();
    return ended;
  };
}

/** How long a detached `swarm run` may take to claim its run; milliseconds. */
const CLAIM_MS = 15_000;

/** Starts the same in the background, belonging to no terminal, and returns when it has the run. */
async function detach(context: CommandContext, run: LoadedRun, flags: RunFlags): Promise<void> {
  const { catchUp } = await import('../../store/run-handle.ts');
  const { startSupervisor, supervisorLog } = await import('../../supervisor/spawn-supervisor.ts');
  const cli = join(context.packageRoot, 'bin', 'swarm');
  const program = { execPath: process.execPath, cli, env: process.env, cwd: process.cwd() };
  const child = startSupervisor(run.paths, program, toArguments(flags));
  for (let waited = 0; waited < CLAIM_MS; waited += 20) {
    catchUp(run);
    if (run.state.supervision.current?.process.pid === child.pid) break;
    if (child.exitCode !== null) {
      // A run without anything to do is over before it is seen at work.
      if (child.exitCode === EXIT.done) break;
      const said = readFileSync(supervisorLog(run.paths), 'utf8').trim();
      throw new SwarmError(said, child.exitCode);
    }
    await sleep(20);
  }
  const { run: id, dir } = run.paths;
  context.print(flags.json ? JSON.stringify({ run: id, dir }) : id);
  context.tell(`runs in the background; follow it: swarm watch ${id}, end it: swarm cancel ${id}`);
}

function toArguments(flags: RunFlags): string[] {
  const { maxParallel, sequential, model, permissionMode, allowedTools, budgetUsd, fresh } = flags;
  const values = {
    'max-parallel': maxParallel,
    model,
    'permission-mode': permissionMode,
    'allowed-tools': allowedTools,
    'budget-usd': budgetUsd,
  };
  return [
    ...Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name}=${value}`],
    ),
    ...(sequential ? ['--sequential'] : []),
    ...(fresh ? ['--fresh'] : []),
    ...(flags.worktrees ? ['--worktrees'] : []),
  ];
}
