import { SwarmError } from '../../errors/swarm-error.ts';
import type { Snapshot } from '../../run/snapshots/snapshot.ts';
import { isSnapshotDue, writingSpans } from '../../run/snapshots/writing-spans.ts';
import { logError } from '../../store/error-log.ts';
import type { Host } from '../../store/host.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import { takeSnapshot } from './take-snapshot.ts';

interface SnapshotKeeper {
  /** Call it when the run has changed. */
  look(): void;
  /** Takes what is still due. */
  finish(): Promise<void>;
}

/**
 * Takes snapshots for a run of a conversation while it is watched, one at a time: hooks must answer
 * before a snapshot could be taken. A supervisor takes those of its run itself.
 * @param run kept up to date by the caller
 */
export function keepSnapshots(run: RunHandle, host: Host): SnapshotKeeper {
  let last: Snapshot | null = null;
  let taking: Promise<void> | null = null;
  let isGivenUp = false;
  const isDue = () =>
    !isGivenUp &&
    run.state.supervision.current === null &&
    isSnapshotDue(writingSpans(run.state), last);
  const take = async () => {
    try {
      const before = last;
      last = await takeSnapshot(run, { host });
      isGivenUp = last === before;
    } catch (error) {
      if (!(error instanceof SwarmError)) throw error;
      isGivenUp = true;
      logError(run.paths.root, `no snapshot was taken: ${error.message}`, host.now());
    }
  };
  const look = () => {
    if (taking || !isDue()) return;
    taking = take().finally(() => {
      taking = null;
      look();
    });
  };
  return {
    look,
    async finish() {
      look();
      while (taking) await taking;
    },
  };
}
