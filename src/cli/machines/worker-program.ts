import type { CleanedQueue, QueueView } from '../../view/machines/queue-view.ts';
import type { SystemService } from '../system-service.ts';

/** What `swarm worker` uses of the queue. */
export interface WorkerProgram {
  /**
   * Serves pools of a queue until it is drained.
   * @throws {SwarmError} if the queue cannot be reached, or an option is wrong
   */
  serveWorker(options: WorkerServeOptions): Promise<ServedWorker>;
  /** Asks the workers that run on this machine to take nothing new. @returns what they are */
  drainWorkers(directory: string | undefined): WorkerName[];
  /** Resolves when all of them have ended. */
  awaitEnd(workers: readonly WorkerName[]): Promise<void>;
  /**
   * The service that `swarm worker --install` installs.
   * @param args the options of the worker
   * @throws {SwarmError} if this machine starts no services for its users
   */
  planWorkerService(args: readonly string[]): Promise<SystemService>;
  /**
   * Installs and starts it.
   * @param url of the queue, with its password; the environment's by default
   * @returns the file that has the secrets
   * @throws {SwarmError} if there is no URL or no secret
   */
  installWorkerService(service: SystemService, url: string | undefined): Promise<string>;
  /** Removes it. @returns whether there was one */
  uninstallWorkerService(service: SystemService): Promise<boolean>;
  /**
   * What the person who runs a queue does with it.
   * @param url of the queue; the environment's by default
   * @throws {SwarmError} if nothing answers there
   */
  operate(url: string | undefined): Promise<QueueOperations>;
  /** Cleans up after a worker that was killed. @param pid of its process */
  recoverWorker(directory: string, pid: number): Promise<void>;
}

export interface QueueOperations {
  status(): Promise<QueueView>;
  /** @param pool null for all @returns the pools */
  setDraining(pool: string | null, isDraining: boolean): Promise<string[]>;
  /** @param age milliseconds @param now milliseconds since 1970 */
  clean(age: number, now: number): Promise<CleanedQueue>;
  close(): void;
}

export interface WorkerName {
  pid: number;
  name: string;
}

/** The most that orders may ask of a worker; what is left out is not allowed, or not limited. */
export interface WorkerCeiling {
  model: string | undefined;
  permissionMode: string | undefined;
  allowedTools: string | undefined;
  budgetUsd: number | undefined;
  allowChecks: boolean;
}

export interface WorkerServeOptions {
  /** With its password; null takes that of the environment. */
  url: string | undefined;
  /** Such as `gpu=1,default=3`. */
  pools: string;
  /** Of this machine; its host name by default. */
  name: string | undefined;
  /** Where clones and mirrors are; in the user's cache by default. */
  directory: string | undefined;
  ceiling: WorkerCeiling;
  /** Where `/healthz` and `/metrics` are served; null for nowhere. */
  listen: { port: number; host: string } | null;
  /** Absolute path of the client. */
  client: string;
  pluginDir: string | null;
  hookScript: string | null;
  onProgress(progress: WorkerProgress): void;
  warn(text: string): void;
}

/** An order was taken, or its attempt came to an end. */
export interface WorkerProgress {
  run: string;
  task: string;
  attempt: string;
  pool: string;
  /** Null when it was taken. */
  outcome: string | null;
}

export interface ServedWorker {
  name: string;
  pools: Readonly<Record<string, number>>;
  /** Without a password. */
  queue: string;
  /** Where its status is; null if nowhere. */
  url: string | null;
  /** How many attempts run. */
  busy(): number;
  /** Takes nothing new, and lets what runs end. */
  drain(): void;
  /** Ends what runs, so that other workers do it. */
  giveBack(): void;
  ended: Promise<void>;
}
