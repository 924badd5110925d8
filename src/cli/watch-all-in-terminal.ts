import { EXIT } from '../errors/swarm-error.ts';
import type { CliContext } from './cli-context.ts';

/** How often to check that the parent process still exists; milliseconds. */
const PARENT_CHECK_MS = 5_000;

/**
 * Prints the changes of every unfinished run until all have ended, and sets the exit code.
 * @param options.isOfSession whether a session reads them, which runs can wake
 */
export async function watchAllInTerminal(
  { json = false, isOfSession = false }: { json?: boolean; isOfSession?: boolean },
  context: CliContext,
): Promise<void> {
  const { watchAllRuns } = await import('../operations/watch-all-runs.ts');
  const { describeChanges } = await import('../view/describe-change.ts');
  const { print } = context;
  const interrupt = new AbortController();
  context.process.onSignal(['SIGINT', 'SIGTERM'], () => interrupt.abort());
  context.stdout.on('error', () => interrupt.abort());
  const watchdog = startParentWatchdog(interrupt, context);
  if (context.stdout.isTTY && !json) await printCount(context);
  try {
    await watchAllRuns(await context.host(), {
      onChange(before, { run, dir, session, atWork, wakes, status }) {
        if (json) print(JSON.stringify({ run, dir, session, atWork, wakes, status }));
        else if (status === null) print(`${run} was removed`);
        else for (const line of describeChanges(before, status)) print(`${run} ${line}`);
      },
      onNote: context.warn,
      isOfSession,
      signal: interrupt.signal,
    });
  } finally {
    clearInterval(watchdog);
  }
  if (interrupt.signal.aborted) context.process.setExitCode(EXIT.interrupted);
}

/** A client that is killed ends none of its children, and only a writer notices a closed pipe. */
function startParentWatchdog(interrupt: AbortController, { process }: CliContext): NodeJS.Timeout {
  const parent = process.parentPid();
  return setInterval(() => {
    if (process.parentPid() !== parent) interrupt.abort();
  }, PARENT_CHECK_MS);
}

async function printCount({ root, printError }: CliContext): Promise<void> {
  const { listActiveRuns } = await import('../store/run-index.ts');
  const { plural } = await import('../text/format.ts');
  printError(`watching ${plural(listActiveRuns(root()).length, 'unfinished run')}`);
}
