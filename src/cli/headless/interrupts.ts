import { EXIT } from '../../errors/swarm-error.ts';
import type { CliContext } from '../cli-context.ts';
import type { LiveStatus } from '../live-status.ts';

/** Signals that arrive within this time of the first one have the same cause; milliseconds. */
const ECHO_MS = 100;

/**
 * Ctrl-C ends the workers in an orderly way, a second one at once. One cause may send several
 * signals: Ctrl-C comes from the terminal and from a parent that passes it on, the end of a terminal
 * from the system and from the shell.
 */
export function interruptOnSignals(
  view: LiveStatus,
  run: string,
  { process, elapsedMs }: CliContext,
): { interrupt: AbortSignal; kill: AbortSignal } {
  const interrupt = new AbortController();
  const kill = new AbortController();
  let interruptedAt = 0;
  process.onSignal(['SIGINT', 'SIGTERM', 'SIGHUP'], (signal) => {
    if (!interrupt.signal.aborted) {
      if (signal === 'SIGINT') view.log('stopping workers; press Ctrl-C again to kill them');
      interrupt.abort();
      // Taken last: on a busy machine, asking the workers to stop may take longer than an echo.
      interruptedAt = elapsedMs();
      return;
    }
    if (signal === 'SIGHUP' || elapsedMs() - interruptedAt < ECHO_MS) return;
    kill.abort();
    view.close();
    view.log(`killed the workers. Resume: swarm run ${run}`);
    process.exit(EXIT.interrupted);
  });
  return { interrupt: interrupt.signal, kill: kill.signal };
}
