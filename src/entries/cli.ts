import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { isAttended } from '../claude/is-attended.ts';
import { addMcpCommand } from '../cli/commands/mcp.ts';
import { addRunCommand } from '../cli/commands/run.ts';
import { doctorEnvironment } from '../cli/doctor-environment.ts';
import { HELP } from '../cli/help.ts';
import { ignoreBrokenPipe } from '../cli/ignore-broken-pipe.ts';
import { chooseLiveStatus, painter } from '../cli/live-status.ts';
import { readPlan, readStdin } from '../cli/read-input.ts';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { locateRoot } from '../platform/repository-paths.ts';
import type { RunState } from '../run/run-state.ts';
import type { StatusDocument } from '../run/status-schema.ts';
import type { Caller, Host } from '../store/host.ts';

/** The command line. Each command loads what it needs when it is called. */

const packageRoot = resolve(__dirname, '..');
const isPlugin = existsSync(join(packageRoot, '.claude-plugin', 'plugin.json'));
const root = () => locateRoot(process.cwd());
const now = () => new Date().toISOString();
const print = (text: string): void => void process.stdout.write(`${text.replace(/\n$/, '')}\n`);
const tell = (text: string): void => void process.stderr.write(`${text.replace(/\n$/, '')}\n`);
const tellNote = (text: string): void => tell(`note: ${text}`);
const session = process.env.CLAUDE_CODE_SESSION_ID ?? null;
const attempt = process.env.SWARM_ATTEMPT;

function caller(): Caller {
  if (attempt) return { kind: 'worker', attempt };
  return session === null ? { kind: 'person' } : { kind: 'session', session };
}

async function host(): Promise<Host> {
  const { isAlive } = await import('../platform/process-identity.ts');
  const { loadRun } = await import('../store/run-handle.ts');
  const { spawnNotifier } = await import('../notify/spawn-notifier.ts');
  return {
    root: root(),
    caller: caller(),
    isPlugin,
    now,
    isAlive,
    load: loadRun,
    notify: spawnNotifier,
  };
}

const program = new Command('swarm')
  .description('Parallel Claude Code subagents that lose no result.')
  .version(version(), '-v, --version')
  .showHelpAfterError('(see `swarm --help`)')
  .showSuggestionAfterError()
  .exitOverride()
  // Without arguments the names leave room for what the commands do.
  .configureHelp({ showGlobalOptions: false, subcommandTerm: (command) => command.name() })
  .addHelpText('after', HELP.swarm);

const RUN = 'its id, which `swarm list` shows; left out: the newest';
const TASK = '<run-id>/<task-id>; `swarm status` shows both';
const json = () => new Option('--json', 'print JSON alone on stdout');

program.commandsGroup('Start and follow runs:');

program
  .command('plan')
  .description('Check a plan, open a run and print what to launch.')
  .argument('[file]', 'the plan; - or nothing reads stdin', '-')
  .option('--check', 'only check the plan')
  .addOption(json())
  .addHelpText('after', HELP.plan)
  .action(async (file: string, options: { check?: boolean; json?: boolean }) => {
    const { submitPlan } = await import('../operations/submit-plan.ts');
    const outcome = submitPlan(await host(), {
      ...readPlan(file, tell),
      check: options.check ?? false,
      isForPerson: session === null && process.stdout.isTTY === true,
    });
    if (options.json) print(JSON.stringify(outcome.document));
    else if (outcome.findings.length === 0) print(outcome.text);
    if (outcome.findings.length > 0) {
      tell(outcome.text);
      process.exitCode = EXIT.badInput;
    }
  });

program
  .command('status')
  .description('Show how far a run is; on a terminal live, while it works.')
  .argument('[run]', RUN)
  .option('-f, --follow', 'keep showing until the run ends')
  .option('--no-follow', 'show it once, also on a terminal')
  .addOption(json())
  .action(async (name: string | undefined, options: { follow?: boolean; json?: boolean }) => {
    const { findRun } = await import('../operations/find-run.ts');
    const { toStatusDocument } = await import('../run/status-document.ts');
    const { writeProjections } = await import('../store/projections.ts');
    const { writeIfPermitted } = await import('../operations/write-if-permitted.ts');
    const run = findRun(await host(), name);
    const { isActive } = await import('../run/run-state.ts');
    const seen = await see(run.state);
    const isMoving = toStatusDocument(seen).status === 'working' && isActive(seen);
    const isLive = process.stdout.isTTY && !options.json && isMoving;
    if (options.follow ?? isLive)
      return followRun(name, {
        json: options.json ?? false,
        idleTimeout: null,
        untilNeeded: false,
      });
    writeIfPermitted(() => writeProjections(run), tellNote);
    if (options.json) return print(JSON.stringify(toStatusDocument(run.state), null, 2));
    const { describePendingGates } = await import('../view/describe-gates.ts');
    const status = toStatusDocument(seen);
    const isAtRest = status.status === 'working' && !isMoving;
    print(await statusText(status, isAtRest));
    const waiting = describePendingGates(run.state);
    if (waiting.length > 0) print(`\n${waiting.join('\n')}`);
    if (isAtRest) {
      const { describeHowToResume } = await import('../view/prompts/next-step.ts');
      print(`\nNothing is at work. ${describeHowToResume(seen)}`);
    }
    tellDefects(run);
  });

program
  .command('watch')
  .description('Follow a run until it ends, keeping SUMMARY.md and status.json up to date.')
  .addHelpText('after', HELP.watch)
  .argument('[run]', RUN)
  .option('--all', 'follow every run that is open, until all of them have ended')
  .option(
    '--idle-timeout <duration>',
    'give up when nothing is at work and nothing happens for so long; "none" never does (default: "5m", on a terminal "none")',
  )
  .option(
    '--until-needed',
    'end also when something has to be done that Claude is not notified of, such as stopping an agent whose time is over',
  )
  .addOption(json())
  .action(async (name: string | undefined, options: WatchFlags) => {
    const { parseDuration } = await import('../config/config-schema.ts');
    const text = options.idleTimeout ?? (process.stdout.isTTY ? 'none' : '5m');
    const idleTimeout = text === 'none' ? null : parseDuration(text);
    if (Number.isNaN(idleTimeout)) {
      throw new SwarmError(
        `--idle-timeout: expected a duration such as "5m" or "none", found "${text}"`,
      );
    }
    const { json = false, untilNeeded = false } = options;
    if (!options.all) return followRun(name, { json, idleTimeout, untilNeeded });
    if (name !== undefined || untilNeeded || options.idleTimeout !== undefined) {
      throw new SwarmError(
        '--all follows every open run: expected no run, no --until-needed and no --idle-timeout beside it',
      );
    }
    await followOpenRuns(json);
  });

const commandContext = { packageRoot, isPlugin, root, now, host, print, tell };
addRunCommand(program, commandContext);

program
  .command('summary')
  .description("Print a run's summary.")
  .argument('[run]', RUN)
  .option('--max-chars <n>', 'shorten to about this many characters; no task is dropped')
  .action(async (name: string | undefined, options: { maxChars?: string }) => {
    const { readSummary } = await import('../operations/read-summary.ts');
    const maxChars = options.maxChars === undefined ? null : Number(options.maxChars);
    if (maxChars !== null && !(Number.isInteger(maxChars) && maxChars > 0)) {
      throw new SwarmError(
        `--max-chars: expected a whole number from 1, found "${options.maxChars}"`,
      );
    }
    print(readSummary(await host(), name, maxChars, tellNote));
  });

program
  .command('list')
  .description('List the runs of this repository, newest first.')
  .addOption(json())
  .action(async (options: { json?: boolean }) => {
    const { listAllRuns } = await import('../operations/list-runs.ts');
    const { renderList } = await import('../view/terminal/render-list.ts');
    const rows = listAllRuns(await host());
    print(options.json ? JSON.stringify(rows, null, 2) : renderList(rows, root(), columns()));
  });

program.commandsGroup('Steer a run:');

program
  .command('cancel')
  .description('Stop a run or one task of it; what is at work ends at its next step.')
  .argument('<run[/task]>', 'the id of a run, or <run-id>/<task-id>')
  .action(async (name: string) => {
    const { cancelRun } = await import('../operations/cancel-run.ts');
    print(cancelRun(await host(), name));
  });

program
  .command('retry')
  .description(
    'Allow one more attempt of a task that failed or was cancelled, or of all such tasks of a run.',
  )
  .addHelpText('after', HELP.retry)
  .argument('<run[/task]>', 'the id of a run, or <run-id>/<task-id>')
  .action(async (name: string) => {
    const { retryTasks } = await import('../operations/retry-run.ts');
    print(retryTasks(await host(), name));
  });

for (const [command, verdict, description] of [
  ['approve', 'approved', 'Allow the irreversible command that a task waits with, once.'],
  ['deny', 'denied', 'Refuse the irreversible command that a task waits with; the task fails.'],
] as const) {
  program
    .command(command)
    .description(description)
    .argument('<run/task>', TASK)
    .action(async (name: string) => {
      if (process.env.CLAUDECODE && !isAttended(process.env)) {
        throw new SwarmError(
          `\`swarm ${command}\` is for a person: call it in a terminal of your own, not in a session that nobody attends`,
          EXIT.humanNeeded,
        );
      }
      const { decideGate } = await import('../operations/decide-gate.ts');
      print(decideGate(await host(), name, verdict));
    });
}

program
  .command('resume')
  .description(
    'Go on with a run that was interrupted: say what is done and what to launch. One of `swarm run` goes on at once.',
  )
  .argument('[run]', RUN)
  .action(async (name: string | undefined) => {
    const { findRun } = await import('../operations/find-run.ts');
    const run = findRun(await host(), name);
    // In a conversation it would hold up the turn; there `swarm run` is started in the background.
    if (run.state.supervision.options && session === null) {
      return (await import('../cli/commands/run.ts')).continueRun(commandContext, run);
    }
    const { resumeRun } = await import('../operations/cancel-run.ts');
    print(resumeRun(await host(), name));
  });

program.commandsGroup('Set up and tidy up:');

program
  .command('install')
  .description("Drop the plugin into a repository's .claude folder.")
  .addHelpText('after', HELP.install)
  .argument('[dir]', 'the repository', '.')
  .action(async (dir: string) => {
    const { install } = await import('../install/install.ts');
    const { renderInstall } = await import('../view/terminal/render-install.ts');
    print(renderInstall(install({ packageRoot, target: resolve(dir) })));
  });

program
  .command('uninstall')
  .description('Take out what `swarm install` put in.')
  .argument('[dir]', 'the repository', '.')
  .action(async (dir: string) => {
    const { uninstall } = await import('../install/uninstall.ts');
    const { renderUninstall } = await import('../view/terminal/render-install.ts');
    print(renderUninstall(uninstall({ target: resolve(dir) })));
  });

program
  .command('doctor')
  .description('Check this machine and the installation, and say what to do.')
  .addHelpText('after', HELP.doctor)
  .addOption(json())
  .action(async (options: { json?: boolean }) => {
    const { runDoctor } = await import('../doctor/doctor.ts');
    const { renderDoctor } = await import('../view/terminal/render-doctor.ts');
    const findings = await runDoctor(doctorEnvironment(packageRoot));
    const { paint } = await painter();
    print(options.json ? JSON.stringify(findings, null, 2) : renderDoctor(findings, paint));
    if (findings.some((finding) => finding.level === 'error')) process.exitCode = EXIT.notCompleted;
  });

program
  .command('prune')
  .description(
    'Remove git worktrees of ended runs whose branches are merged, and keys of removed runs.',
  )
  .option('--force', 'also those with changes that are nowhere else')
  .action(async (options: { force?: boolean }) => {
    const { prune } = await import('../worktrees/prune.ts');
    const { renderPrune } = await import('../view/terminal/render-prune.ts');
    print(renderPrune(await prune(await host(), options.force ?? false)));
  });

addMcpCommand(program, commandContext);

program.addHelpCommand(
  new Command('help')
    .argument('[command]')
    .description('Show the help of a command.')
    .helpGroup('Set up and tidy up:'),
);

program.commandsGroup('Called by agents:');

program
  .command('checkpoint')
  .description("Record a task's progress (called by its agent).")
  .argument('<run/task>', TASK)
  .argument('<percent>', 'a whole number from 0 to 100')
  .argument('<message>', 'what is done, in one line')
  .action(async (name: string, percent: string, message: string) => {
    const { recordCheckpoint } = await import('../operations/record-checkpoint.ts');
    const { percent: stands, isBehind } = recordCheckpoint(await host(), name, percent, message);
    print(isBehind ? `noted; progress never goes back, so it stays at ${stands}%` : `${stands}%`);
  });

program
  .command('result')
  .description("Store a task's full report (called by its agent).")
  .argument('<run/task>', TASK)
  .argument('[source]', 'only -: the report is read from stdin')
  .addOption(new Option('--stored <path>', 'confirm a report that a hook has stored').hideHelp())
  .action(async (name: string, source: string | undefined, options: { stored?: string }) => {
    const { findStoredReport, storeReport } = await import('../operations/store-report.ts');
    if (options.stored !== undefined) {
      const { bytes, path } = findStoredReport(await host(), name, options.stored);
      return print(`stored ${bytes} bytes in ${path}; now end with a short abstract`);
    }
    if (source !== '-') {
      throw new SwarmError(
        `expected "-" and the report on stdin, found ${source === undefined ? 'nothing' : `"${source}"`}: swarm result ${name} - <<'EOF'`,
      );
    }
    const author = process.env.SWARM_ATTEMPT;
    const { report, isLate } = storeReport(
      await host(),
      name,
      readStdin('a report', tell).toString('utf8'),
      author,
    );
    print(
      isLate
        ? `too late to change the task's outcome: kept as ${report.path}`
        : `stored ${report.bytes} bytes in ${report.path}; now end with a short abstract`,
    );
  });

for (const command of program.commands) {
  command.showHelpAfterError(`(see \`swarm ${command.name()} --help\`)`);
}

async function see(state: RunState): Promise<RunState> {
  const { reconcileRun } = await import('../operations/reconcile-run.ts');
  const { isAlive } = await import('../platform/process-identity.ts');
  return reconcileRun(state, { now, isAlive });
}

/** As wide as the terminal; wider than any line where there is none. */
const columns = () => (process.stdout.isTTY ? process.stdout.columns || 80 : 1_000);

interface WatchFlags {
  all?: boolean;
  idleTimeout?: string;
  json?: boolean;
  untilNeeded?: boolean;
}

async function followRun(
  name: string | undefined,
  options: { json: boolean; idleTimeout: number | null; untilNeeded: boolean },
): Promise<void> {
  const { findRun } = await import('../operations/find-run.ts');
  const { watchRun } = await import('../operations/watch-run.ts');
  const run = findRun(await host(), name);
  const view = await chooseLiveStatus(options.json, print, tell, false);
  const seen = await see(run.state);
  const { isActive } = await import('../run/run-state.ts');
  if (process.stdout.isTTY && !options.json && !isActive(seen)) {
    const { describeHowToResume } = await import('../view/prompts/next-step.ts');
    const { toStatusDocument } = await import('../run/status-document.ts');
    if (toStatusDocument(seen).status === 'working')
      view.say(`run ${run.paths.run} is not at work. ${describeHowToResume(seen)}`);
  }
  const interrupt = new AbortController();
  // A listener that stays: where one is gone while the signal is told of, the library that shows the
  // cursor again takes the process for unheeding and ends it.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => interrupt.abort());
  }
  let isRead = true;
  // Who reads no more does not wait for the end either.
  process.stdout.on('error', () => {
    isRead = false;
    interrupt.abort();
  });
  try {
    const end = await watchRun(
      run,
      { ...options, onChange: view.show, signal: interrupt.signal },
      await host(),
    );
    view.close();
    const { describeWatchEnd } = await import('../view/terminal/describe-watch-end.ts');
    const { exitCode, message } = describeWatchEnd(end, await see(run.state), {
      isPlugin,
      isInSession: session !== null,
    });
    process.exitCode = exitCode;
    if (message && isRead) tell(message);
  } finally {
    view.close();
  }
}

/** How often it is looked whether who started this process is still there; milliseconds. */
const PARENT_CHECK_MS = 5_000;

async function followOpenRuns(asJson: boolean): Promise<void> {
  const { watchAllRuns } = await import('../operations/watch-all-runs.ts');
  const { describeChanges } = await import('../view/describe-change.ts');
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => interrupt.abort());
  }
  process.stdout.on('error', () => interrupt.abort());
  // A client that is killed ends no process that it started, and its pipe tells only who writes.
  const parent = process.ppid;
  const guard = setInterval(() => {
    if (process.ppid !== parent) interrupt.abort();
  }, PARENT_CHECK_MS);
  if (process.stdout.isTTY && !asJson) {
    const { listActiveRuns } = await import('../store/run-index.ts');
    const { plural } = await import('../text/format.ts');
    tell(`${plural(listActiveRuns(root()).length, 'open run')}; changes are told as they come`);
  }
  try {
    await watchAllRuns(await host(), {
      onChange(before, { run, dir, session, status }) {
        if (asJson) print(JSON.stringify({ run, dir, session, status }));
        else if (status === null) print(`${run} was removed`);
        else for (const line of describeChanges(before, status)) print(`${run} ${line}`);
      },
      signal: interrupt.signal,
    });
  } finally {
    clearInterval(guard);
  }
  if (interrupt.signal.aborted) process.exitCode = EXIT.interrupted;
}

async function statusText(status: StatusDocument, isAtRest: boolean): Promise<string> {
  const { renderStatus } = await import('../view/terminal/render-status.ts');
  const { paint } = await painter();
  return renderStatus(status, { columns: columns(), now: Date.now(), isAtRest, paint });
}

async function tellDefects(
  run: Parameters<typeof import('../store/run-handle.ts').describeDefects>[0],
) {
  const { describeDefects } = await import('../store/run-handle.ts');
  for (const defect of describeDefects(run)) tellNote(defect);
}

function version(): string {
  return JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')).version;
}

/** What the system refuses, such as to write for another user, is no fault in here to be found by a stack. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'syscall' in error ? error.message : (error.stack ?? error.message);
}

async function main(): Promise<void> {
  ignoreBrokenPipe(tell, EXIT.notCompleted);
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.badInput;
    } else if (error instanceof SwarmError) {
      tell(`swarm: ${error.message}`);
      process.exitCode = error.exitCode;
    } else {
      tell(`swarm: ${explain(error)}`);
      process.exitCode = EXIT.notCompleted;
    }
  }
}

void main();
