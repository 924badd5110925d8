import type { WorkerQueue } from '../engine/port.ts';
import type { Ceiling } from './ceiling.ts';
import type { OutboxContext } from './outbox.ts';
import type { ClientContext } from './run-attempt.ts';

/** A machine that executes orders. */
export interface WorkContext extends OutboxContext, ClientContext {
  queue: WorkerQueue;
  ceiling: Ceiling;
  /** The directory for clones, one for each attempt; absolute. */
  places: string;
  /** The directory for what is kept of repositories; absolute. */
  mirrors: string;
  /** Aborted when this machine gives back what it runs. */
  giveBack: AbortSignal;
  /**
   * How long to wait after an order that cannot be verified; milliseconds. A worker with another
   * secret would otherwise take every order away from the others.
   */
  refusalPauseMs: number;
  /** Why the client would run no hooks with the settings in a directory; null if it would. */
  explainHookBlock(directory: string): string | null;
  /** Reports an error that no message explains. */
  onFault(error: unknown): void;
}
