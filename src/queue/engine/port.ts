import type { Signed } from '../wire/signed.ts';

/** What an engine does for supervisors and workers. Only its adapter knows which engine it is. */

/** Content that is too large for an order or a message. */
export interface Blobs {
  /** @returns the SHA-256 of the content in hex, its key. It expires some days after its last use */
  put(content: Buffer): Promise<string>;
  /** @returns null if it is gone */
  get(key: string): Promise<Buffer | null>;
}

/** What an order is about, readable without the secret. */
export interface OrderAddress {
  pool: string;
  run: string;
  task: string;
  attempt: string;
}

/** A worker machine that serves pools. */
export interface Machine {
  name: string;
  /** How many attempts it runs at once, by pool. */
  pools: Record<string, number>;
  /** How many it runs now. */
  busy: number;
  /** Of swarm-parallel. */
  version: string;
  /** ISO 8601. */
  seenAt: string;
}

export type OrderState = 'waiting' | 'active' | 'ended' | 'unknown';

export interface SupervisorQueue {
  /** Adds an order. The order of an attempt that is already there is not added again. */
  submit(order: Signed, address: OrderAddress): Promise<void>;
  /** @returns whether the order was still waiting and is gone now */
  withdraw(pool: string, attempt: string): Promise<boolean>;
  /**
   * Asks the worker of an attempt to end it, even if it subscribes later.
   * @param isForGood whether the task will not continue
   */
  stop(attempt: string, isForGood: boolean): Promise<void>;
  find(pool: string, attempts: readonly string[]): Promise<Map<string, OrderState>>;
  /**
   * Takes the messages of a run one at a time, in order of arrival. A message that `handle` rejects
   * comes again.
   * @returns a function that stops it, after the message in hand
   */
  consume(run: string, handle: (message: Signed) => Promise<void>): Promise<() => Promise<void>>;
  /** Removes the messages of a run that has ended, including those of attempts that it gave up. */
  forget(run: string): Promise<void>;
  /** How many messages of a run were not handled yet. */
  backlog(run: string): Promise<number>;
  /** @param lost called with attempts whose worker no longer renews its lock */
  onStalled(pools: readonly string[], lost: (attempt: string) => void): () => void;
  machines(): Promise<Machine[]>;
  blobs: Blobs;
  close(): Promise<void>;
}

/** An order that a worker took. */
export interface Job {
  /** Unverified: for telling the supervisor that an order is refused. */
  address: OrderAddress;
  /** Aborted when the engine gave the attempt up, so that nothing more of it is accepted. */
  signal: AbortSignal;
}

export interface Serving {
  /** Takes nothing new. */
  pause(): Promise<void>;
  /** Takes nothing new and resolves when every `work` has. */
  close(): Promise<void>;
}

export interface WorkerQueue {
  /**
   * Takes orders of pools.
   * @param pools how many attempts at once, by pool
   * @param work resolves when the supervisor has been sent the end of the attempt, never before
   */
  serve(
    pools: Readonly<Record<string, number>>,
    work: (order: Signed, job: Job) => Promise<void>,
  ): Serving;
  /** Resolves when the engine has the message; waits while the engine is away. @param id see `messageId` */
  send(run: string, id: string, message: Signed): Promise<void>;
  /** @param stop called once, even if the request came before this subscription */
  onStop(attempt: string, stop: (isForGood: boolean) => void): () => void;
  /** Tells supervisors about this machine until it is closed; calling it again replaces what it said. */
  announce(machine: Omit<Machine, 'seenAt'>): void;
  /** Whether the engine answers; else what is sent waits. */
  isReady(): boolean;
  /** What the engine's server lacks for this use, one sentence each. */
  problems(): Promise<string[]>;
  blobs: Blobs;
  close(): Promise<void>;
}
