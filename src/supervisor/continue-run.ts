import { existsSync } from 'node:fs';
import type { Host } from '../store/host.ts';
import { type RunHandle, refresh } from '../store/run-handle.ts';
import { isExecuted, needsSupervisor } from './needs-supervisor.ts';

/** A supervisor that has nothing left to do may still be ending; milliseconds. */
const ENDING_MS = 10_000;
const LOOK_MS = 250;

/**
 * Resumes a headless run that nothing executes, after a person has decided about it: a supervisor
 * that only had to wait for the person has exited, and one that is exiting no longer sees the
 * decision.
 * @param start starts a supervisor of the run
 */
export function continueRun(
  run: RunHandle,
  machine: Pick<Host, 'isAlive' | 'now'>,
  start: () => void,
): void {
  const look = (waited: number) => {
    if (needsSupervisor(run, machine)) start();
    else if (isExecuted(run, machine) && waited < ENDING_MS) lookAgain(waited + LOOK_MS);
  };
  const lookAgain = (waited: number) => {
    setTimeout(() => {
      if (!existsSync(run.paths.ledger)) return;
      refresh(run);
      look(waited);
    }, LOOK_MS).unref();
  };
  look(0);
}
