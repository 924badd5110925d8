import type { Host } from '../../store/host.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import type { Triggering } from '../config/named-triggers.ts';
import type { History } from '../store/history.ts';
import type { EventOf } from '../store/history-events.ts';
import type { Firing } from '../store/history-state.ts';

/** What the firings of one repository need of their process. */
export interface FiringContext {
  /** Its caller must not be a person: plans of triggers get no more trust than those of a model. */
  host: Host;
  env: Readonly<Record<string, string | undefined>>;
  history: History;
  /** The directory with the payloads of deliveries. */
  deliveries: string;
  /** This process, with an id that no other one has. */
  owner: EventOf<'firing.claimed'>['owner'];
  /** The configuration as it is now. */
  triggering(): Triggering;
  /** @throws {SwarmError} if no client is installed that could execute a run */
  findClient(): Promise<string>;
  /**
   * Starts `swarm run` for a run, in a process that outlives this one.
   * @param onExit called when it has ended
   */
  supervise(run: RunHandle, args: readonly string[], onExit: (exit: RunExit) => void): void;
}

/** How the process of a run ended. */
export interface RunExit {
  /** Null if it could not be started, or was killed. */
  code: number | null;
  /** The last lines that it printed. */
  output: string;
}

/** Why a firing started nothing. */
export type FiringFailure = Omit<NonNullable<Firing['failure']>, 'at'>;
