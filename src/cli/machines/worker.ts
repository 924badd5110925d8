import { once } from 'node:events';
import { join } from 'node:path';
import type { Command } from 'commander';
import { WORKER_PLUGIN } from '../../claude/worker-plugin.ts';
import { EXIT } from '../../errors/swarm-error.ts';
import { plural } from '../../text/format.ts';
import type { CliContext } from '../cli-context.ts';
import { declareCommand, type JsonFlag, jsonLinesOption } from '../declare-command.ts';
import { exposureOf, LOOPBACK, portNumber } from '../listen-options.ts';
import type { QueueProgram } from '../queue-program.ts';
import { dollars } from '../read-amount.ts';
import type { ServedWorker, WorkerProgress } from './worker-program.ts';
import { installWorker, uninstallWorker, type WorkerArguments } from './worker-service.ts';

interface WorkerFlags extends WorkerArguments, JsonFlag {
  drain?: boolean;
  install?: boolean;
  uninstall?: boolean;
  yes?: boolean;
}

/** `swarm worker`. */
export function addWorkerCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'worker')
    .option('--queue <url>', 'the queue (default: the value of SWARM_QUEUE_URL)')
    .option('--pool <pools>', 'what to serve, and how many tasks at once', 'default=4')
    .option('--name <name>', 'the name of this machine (default: its host name)')
    .option('--dir <directory>', 'where clones are made (default: in your cache)')
    .option('--permission-mode <mode>', 'the most that runs may ask for, as for claude')
    .option('--allowed-tools <rules>', 'tools that runs may allow, separated by commas')
    .option('--model <models>', 'models that runs may ask for, separated by commas')
    .option('--budget-usd <dollars>', 'the most that one task may cost', dollars)
    .option('--allow-checks', 'run the checks of tasks, which are shell commands')
    .option('--port <port>', 'serve /healthz and /metrics on it; 0 takes any', portNumber)
    .option('--host <address>', 'the address for --port', LOOPBACK)
    .option('--drain', 'ask the workers on this machine to finish, and wait for it')
    .option('--install', 'have this machine start it, as a systemd or launchd service')
    .option('--uninstall', 'remove that service')
    .option('-y, --yes', 'with --install or --uninstall, do it without asking')
    .addOption(jsonLinesOption())
    .action(async (flags: WorkerFlags) => {
      const queue = await context.queue();
      if (flags.drain) await drain(queue, flags, context);
      else if (flags.install) await installWorker(queue, flags, context);
      else if (flags.uninstall) await uninstallWorker(queue, flags, context);
      else await serve(queue, flags, context);
    });
}

/** `swarm worker-guard`, which `swarm worker` starts beside itself. */
export function addWorkerGuardCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'worker-guard').action(async (directory: string, pid: string) => {
    if (!context.stdin.readableEnded) await once(context.stdin.resume(), 'end');
    const queue = await context.queue();
    await queue.recoverWorker(directory, Number(pid));
  });
}

async function serve(queue: QueueProgram, flags: WorkerFlags, context: CliContext): Promise<void> {
  const { locateClient } = await import('../headless/execute.ts');
  const { packageRoot, isPlugin, warn } = context;
  const client = await locateClient(context);
  const { model, permissionMode, allowedTools, budgetUsd, allowChecks = false } = flags;
  const { port, host } = flags;
  const worker = await queue.serveWorker({
    ...{ url: flags.queue, pools: flags.pool, name: flags.name, directory: flags.dir, client },
    ceiling: { model, permissionMode, allowedTools, budgetUsd, allowChecks },
    listen: port === undefined ? null : { port, host },
    pluginDir: isPlugin ? join(packageRoot, 'dist', WORKER_PLUGIN) : null,
    hookScript: isPlugin ? null : join(packageRoot, 'dist', 'record-event.cjs'),
    onProgress: (progress) => printProgress(progress, flags, context),
    warn,
  });
  const { name, pools, url } = worker;
  const served = Object.entries(pools).map(([pool, slots]) => `${pool}=${slots}`);
  if (flags.json) print({ event: 'serving', name, pools, url, pid: context.process.pid }, context);
  else {
    context.printError(`${name} serves ${served.join(', ')} of ${worker.queue}`);
    if (url) context.printError(`status at ${url}/healthz and ${url}/metrics`);
    context.printError('Ctrl-C lets what runs end; a second one gives it back');
  }
  if (port !== undefined) for (const text of exposureOf({ host, allowedHosts: [] })) warn(text);
  endOnSignals(worker, context);
  await worker.ended;
  // A connection that is still closing must not keep the process.
  context.process.exit(EXIT.done);
}

/** Signals that arrive within this time of the last one have the same cause; milliseconds. */
const ECHO_MS = 100;

/** The first signal drains, the second gives back, the third ends at once. */
function endOnSignals(worker: ServedWorker, { process, elapsedMs, printError }: CliContext): void {
  let count = 0;
  let last = Number.NEGATIVE_INFINITY;
  process.onSignal(['SIGINT', 'SIGTERM', 'SIGHUP'], () => {
    const since = elapsedMs() - last;
    last = elapsedMs();
    if (since < ECHO_MS) return;
    count += 1;
    if (count > 2) process.exit(EXIT.interrupted);
    if (count === 2) {
      printError('giving back what runs; another worker will do it');
      return worker.giveBack();
    }
    const busy = worker.busy();
    worker.drain();
    if (busy > 0)
      printError(`takes nothing new; ${plural(busy, 'task')} still running. Again: give back`);
  });
}

function printProgress(progress: WorkerProgress, { json }: JsonFlag, context: CliContext): void {
  const { run, task, pool, outcome } = progress;
  if (json) {
    print({ event: outcome === null ? 'taken' : 'done', ...progress }, context);
    return;
  }
  const what = outcome === null ? `started, from pool ${pool}` : outcome;
  context.printError(`${run}/${task}: ${what}`);
}

function print(document: object, context: CliContext): void {
  context.print(JSON.stringify(document));
}

async function drain(queue: QueueProgram, { dir, json }: WorkerFlags, context: CliContext) {
  const workers = queue.drainWorkers(dir);
  const names = workers.map(({ name, pid }) => `${name} (process ${pid})`).join(', ');
  if (!json && workers.length > 0) context.printError(`waiting for ${names} to finish`);
  await queue.awaitEnd(workers);
  if (json) print({ drained: workers }, context);
  else context.printError(workers.length > 0 ? `${names} ended` : 'no worker runs on this machine');
}
