import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { chooseView, painter } from './cli/choose-view.ts';
import { doctorEnvironment } from './cli/doctor-environment.ts';
import { addMcpCommand } from './cli/mcp-command.ts';
import { addRunCommand } from './cli/run-command.ts';
import { isAttended } from './core/is-attended.ts';
import type { RunState } from './core/run-state.ts';
import { EXIT, SwarmError } from './core/swarm-error.ts';
import type { StatusDocument } from './schema/status.ts';
import { locateRoot } from './store/locate-root.ts';

/** The command line. Each command loads what it needs when it is called. */

const packageRoot = resolve(__dirname, '..');
const isPlugin = existsSync(join(packageRoot, '.claude-plugin', 'plugin.json'));
const root = () => locateRoot(process.cwd());
const now = () => new Date().toISOString();
const print = (text: string): void => void process.stdout.write(`${text.replace(/\n$/, '')}\n`);
const tell = (text: string): void => void process.stderr.write(`${text.replace(/\n$/, '')}\n`);
const session = process.env.CLAUDE_CODE_SESSION_ID ?? null;

const HELP_ENDING = `
Examples:
  swarm plan --check plan.md   look at a plan, open no run
  swarm run plan.md            execute it
  swarm watch                  follow the newest run

Exit codes: 0 done, 1 not completed, 2 wrong usage or input, 3 no such run or
task, 4 a person is needed, 130 interrupted.`;

const PLAN_HELP = `
A plan is Markdown with YAML front matter:
  ---
  goal: Audit the auth layer
  tasks:
    - {id: routes, title: Audit the routes, agent: swarm-researcher}
    - {id: report, title: Write the report, needs: [routes], writes: ["docs/**"]}
  ---
  What every agent has to know.

  ## routes
  What to do, where to look, what to report.

  ## report
  …`;

const program = new Command('swarm')
  .description('Parallel Claude Code subagents that lose no result.')
  .version(version(), '-v, --version')
  .showHelpAfterError('(see `swarm --help`)')
  .showSuggestionAfterError()
  .exitOverride()
  // Without arguments the names leave room for what the commands do.
  .configureHelp({ showGlobalOptions: false, subcommandTerm: (command) => command.name() })
  .addHelpText('after', HELP_ENDING);

const TASK = '<run-id>/<task-id>; `swarm status` shows both';
const json = () => new Option('--json', 'print JSON alone on stdout');

program.commandsGroup('Start and follow runs:');

program
  .command('plan')
  .description('Check a plan, open a run and print what to launch.')
  .argument('[file]', 'the plan; - or nothing reads stdin', '-')
  .option('--check', 'only check the plan')
  .addOption(json())
  .addHelpText('after', PLAN_HELP)
  .action(async (file: string, options: { check?: boolean; json?: boolean }) => {
    const { planRun } = await import('./app/plan-run.ts');
    const source = file === '-' ? readStdin('a plan') : readText(file);
    const outcome = planRun({
      root: root(),
      source,
      file: file === '-' ? 'stdin' : file,
      check: options.check ?? false,
      session,
      isPlugin,
      now: new Date(),
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
  .argument('[run]', 'left out: the newest')
  .option('-f, --follow', 'keep showing until the run ends')
  .option('--no-follow', 'show it once, also on a terminal')
  .addOption(json())
  .action(async (name: string | undefined, options: { follow?: boolean; json?: boolean }) => {
    const { findRun } = await import('./app/find-run.ts');
    const { toStatusDocument } = await import('./core/status-document.ts');
    const { writeProjections } = await import('./store/projections.ts');
    const run = findRun(root(), name);
    const status = toStatusDocument(run.state);
    const isMoving = status.status === 'working' && (await isExecuted(run.state));
    const isLive = process.stdout.isTTY && !options.json && isMoving;
    if (options.follow ?? isLive)
      return followRun(name, {
        json: options.json ?? false,
        idleTimeout: null,
        untilNeeded: false,
      });
    writeProjections(run);
    if (options.json) return print(JSON.stringify(status, null, 2));
    const { describeWaiting } = await import('./core/waiting-gates.ts');
    print(await statusText(status));
    const waiting = describeWaiting(run.state);
    if (waiting.length > 0) print(`\n${waiting.join('\n')}`);
    if (status.status === 'working' && !isMoving) {
      const { describeWayOn } = await import('./core/next-step.ts');
      print(`\nNothing is at work. ${describeWayOn(run.state)}`);
    }
    tellDefects(run);
  });

program
  .command('watch')
  .description('Follow a run until it ends, keeping SUMMARY.md and status.json up to date.')
  .argument('[run]', 'left out: the newest')
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
    const { parseDuration } = await import('./schema/config.ts');
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

const commandContext = { packageRoot, isPlugin, root, now, print, tell, readText, readStdin };
addRunCommand(program, commandContext);

program
  .command('summary')
  .description("Print a run's summary.")
  .argument('[run]', 'left out: the newest')
  .option('--max-chars <n>', 'shorten to about this many characters; no task is dropped')
  .action(async (name: string | undefined, options: { maxChars?: string }) => {
    const { readSummary } = await import('./app/read-summary.ts');
    const maxChars = options.maxChars === undefined ? null : Number(options.maxChars);
    if (maxChars !== null && !(Number.isInteger(maxChars) && maxChars > 0)) {
      throw new SwarmError(
        `--max-chars: expected a whole number from 1, found "${options.maxChars}"`,
      );
    }
    print(readSummary(root(), name, maxChars, session, now));
  });

program
  .command('list')
  .description('List the runs of this repository, newest first.')
  .addOption(json())
  .action(async (options: { json?: boolean }) => {
    const { listAllRuns, renderList } = await import('./app/list-runs.ts');
    const rows = listAllRuns(root());
    print(options.json ? JSON.stringify(rows, null, 2) : renderList(rows, root()));
  });

program.commandsGroup('Steer a run:');

program
  .command('cancel')
  .description('Stop a run or one task of it; what is at work ends at its next step.')
  .argument('<run[/task]>', 'the id of a run, or <run-id>/<task-id>')
  .action(async (name: string) => {
    const { cancel } = await import('./app/change-run.ts');
    const { startNotifier } = await import('../hooks/start-notifier.ts');
    print(cancel(root(), name, { now, startNotifier }));
  });

program
  .command('retry')
  .description('Allow one more attempt of a task that failed or was cancelled.')
  .argument('<run/task>', TASK)
  .action(async (name: string) => {
    const { retry } = await import('./app/change-run.ts');
    print(retry(root(), name, { now, isPlugin, isInSession: session !== null }));
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
      const { decideOnTask } = await import('./app/decide-gate.ts');
      const { startNotifier } = await import('../hooks/start-notifier.ts');
      const isInSession = session !== null;
      print(decideOnTask(root(), name, { verdict, isPlugin, isInSession, now, startNotifier }));
    });
}

program
  .command('resume')
  .description(
    'Go on with a run that was interrupted: say what is done and what to launch. One of `swarm run` goes on at once.',
  )
  .argument('[run]', 'left out: the newest')
  .action(async (name: string | undefined) => {
    const { findRun } = await import('./app/find-run.ts');
    const run = findRun(root(), name);
    // In a conversation it would hold up the turn; there `swarm run` is started in the background.
    if (run.state.supervision.options && session === null) {
      return (await import('./cli/run-command.ts')).continueRun(commandContext, run);
    }
    const { resume } = await import('./app/change-run.ts');
    const { isAlive } = await import('./store/client-process.ts');
    const { startNotifier } = await import('../hooks/start-notifier.ts');
    print(resume(root(), name, session, isPlugin, { now, isAlive, startNotifier }));
  });

program.commandsGroup('Set up and tidy up:');

program
  .command('install')
  .description("Drop the plugin into a repository's .claude folder.")
  .argument('[dir]', 'the repository', '.')
  .action(async (dir: string) => {
    const { install, renderInstall } = await import('./app/install.ts');
    print(renderInstall(install({ packageRoot, target: resolve(dir) })));
  });

program
  .command('uninstall')
  .description('Take out what `swarm install` put in.')
  .argument('[dir]', 'the repository', '.')
  .action(async (dir: string) => {
    const { uninstall, renderUninstall } = await import('./app/install.ts');
    print(renderUninstall(uninstall({ target: resolve(dir) })));
  });

program
  .command('doctor')
  .description('Check this machine and the installation, and say what to do.')
  .addOption(json())
  .action(async (options: { json?: boolean }) => {
    const { examine, renderDoctor } = await import('./app/doctor.ts');
    const findings = await examine(doctorEnvironment(packageRoot));
    print(options.json ? JSON.stringify(findings, null, 2) : renderDoctor(findings));
    if (findings.some((finding) => finding.level === 'error')) process.exitCode = EXIT.notCompleted;
  });

program
  .command('prune')
  .description(
    'Remove git worktrees of ended runs whose branches are merged, and keys of removed runs.',
  )
  .option('--force', 'also those with changes that are nowhere else')
  .action(async (options: { force?: boolean }) => {
    const { prune, renderPrune } = await import('./app/prune.ts');
    print(renderPrune(await prune(root(), options.force ?? false, now)));
  });

addMcpCommand(program, commandContext);

program.commandsGroup('Called by agents:');

program
  .command('checkpoint')
  .description("Record a task's progress (called by its agent).")
  .argument('<run/task>', TASK)
  .argument('<percent>', 'a whole number from 0 to 100')
  .argument('<message>', 'what is done, in one line')
  .action(async (name: string, percent: string, message: string) => {
    const { recordCheckpoint } = await import('./app/record-checkpoint.ts');
    const { percent: stands, isBehind } = recordCheckpoint(root(), name, percent, message, now);
    print(isBehind ? `noted; progress never goes back, so it stays at ${stands}%` : `${stands}%`);
  });

program
  .command('result')
  .description("Store a task's full report (called by its agent).")
  .argument('<run/task>', TASK)
  .argument('[source]', 'only -: the report is read from stdin')
  .addOption(new Option('--stored <path>', 'confirm a report that a hook has stored').hideHelp())
  .action(async (name: string, source: string | undefined, options: { stored?: string }) => {
    const { findStored, storeResult } = await import('./app/store-result.ts');
    if (options.stored !== undefined) {
      const { bytes, path } = findStored(root(), name, options.stored);
      return print(`stored ${bytes} bytes in ${path}; now end with a short abstract`);
    }
    if (source !== '-') {
      throw new SwarmError(
        `expected "-" and the report on stdin, found ${source === undefined ? 'nothing' : `"${source}"`}: swarm result ${name} - <<'EOF'`,
      );
    }
    const author = process.env.SWARM_ATTEMPT;
    const { report, isLate } = storeResult(root(), name, readStdin('a report'), now, author);
    print(
      isLate
        ? `too late to change the task's outcome: kept as ${report.path}`
        : `stored ${report.bytes} bytes in ${report.path}; now end with a short abstract`,
    );
  });

for (const command of program.commands) {
  command.showHelpAfterError(`(see \`swarm ${command.name()} --help\`)`);
}

/** Whether somebody works at a run: there is nothing to wait for where nobody does. */
async function isExecuted(state: RunState): Promise<boolean> {
  const { countAtWork } = await import('./core/run-state.ts');
  const { isAlive } = await import('./store/client-process.ts');
  const { current } = state.supervision;
  return current ? isAlive(current.process) : countAtWork(state) > 0;
}

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
  const { findRun } = await import('./app/find-run.ts');
  const { watchRun } = await import('./app/watch-run.ts');
  const run = findRun(root(), name);
  const view = await chooseView(options.json, print, tell);
  const interrupt = new AbortController();
  process.stdout.on('error', () => interrupt.abort());
  // A listener that stays: where one is gone while the signal is told of, the library that shows the
  // cursor again takes the process for unheeding and ends it.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => interrupt.abort());
  }
  try {
    const end = await watchRun(run, {
      ...options,
      onChange: view.show,
      signal: interrupt.signal,
      now,
      startNotifier: (await import('../hooks/start-notifier.ts')).startNotifier,
    });
    view.close();
    const { explainWatchEnd } = await import('./core/explain-watch-end.ts');
    const { exitCode, message } = explainWatchEnd(end, run.state, {
      isPlugin,
      isInSession: session !== null,
    });
    process.exitCode = exitCode;
    if (message) tell(message);
  } finally {
    view.close();
  }
}

/** How often it is looked whether who started this process is still there; milliseconds. */
const PARENT_CHECK_MS = 5_000;

async function followOpenRuns(asJson: boolean): Promise<void> {
  const { watchOpenRuns } = await import('./app/watch-open-runs.ts');
  const { describeChanges } = await import('./core/describe-change.ts');
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
  try {
    await watchOpenRuns(root(), {
      onChange(before, { run, dir, session, status }) {
        if (asJson) print(JSON.stringify({ run, dir, session, status }));
        else if (status === null) print(`${run} was removed`);
        else for (const line of describeChanges(before, status)) print(`${run} ${line}`);
      },
      signal: interrupt.signal,
      now,
      startNotifier: (await import('../hooks/start-notifier.ts')).startNotifier,
    });
  } finally {
    clearInterval(guard);
  }
  if (interrupt.signal.aborted) process.exitCode = EXIT.interrupted;
}

async function statusText(status: StatusDocument): Promise<string> {
  const { renderStatus } = await import('./core/render-status.ts');
  const { paint } = await painter();
  const columns = process.stdout.isTTY ? process.stdout.columns || 80 : 1_000;
  return renderStatus(status, { columns, now: Date.now(), paint });
}

async function tellDefects(
  run: Parameters<typeof import('./store/load-run.ts').describeDefects>[0],
) {
  const { describeDefects } = await import('./store/load-run.ts');
  for (const defect of describeDefects(run)) tell(`note: ${defect}`);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const found = code === 'ENOENT' ? `no ${resolve(file)}` : message;
    throw new SwarmError(`expected the file of a plan at ${file}, found ${found}`, EXIT.badInput, {
      cause: error,
    });
  }
}

function readStdin(what: string): string {
  if (process.stdin.isTTY) tell(`reading ${what} from the terminal; end it with Ctrl-D`);
  return readFileSync(0, 'utf8');
}

function version(): string {
  return JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')).version;
}

async function main(): Promise<void> {
  // Who no longer reads, or closed the terminal, changes nothing of what is done.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.badInput;
    } else if (error instanceof SwarmError) {
      tell(`swarm: ${error.message}`);
      process.exitCode = error.exitCode;
    } else if (error instanceof Error && 'syscall' in error) {
      // What the system refused is no fault of the program, and its words say what and where.
      tell(`swarm: ${error.message}`);
      process.exitCode = EXIT.notCompleted;
    } else {
      tell(`swarm: ${error instanceof Error ? error.stack : String(error)}`);
      process.exitCode = EXIT.notCompleted;
    }
  }
}

void main();
