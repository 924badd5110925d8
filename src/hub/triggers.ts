import type { Host } from '../store/host.ts';
import type { SupervisorProgram } from '../supervisor/spawn-supervisor.ts';
import type {
  FiringView,
  HistoryQuery,
  OutboxView,
  ScheduleView,
  WebhookView,
} from '../view/triggers/trigger-views.ts';

/** What the triggers of one repository need of their process. */
export interface TriggersContext {
  host: Host;
  /** Starts `swarm run`. */
  program: SupervisorProgram;
  /** @throws {SwarmError} if no client is installed that could execute a run */
  findClient(): Promise<string>;
  /** Calls back once, after some milliseconds. @returns what cancels it */
  setTimer(callback: () => void, ms: number): () => void;
  /** The address of the hub's page, for links in messages; null if there is none. */
  hubUrl(): string | null;
  /** A fault that must not end the hub; it is also in the error log of the repository. */
  onError(message: string): void;
}

/** Schedules, webhooks in and webhooks out of one repository. */
export interface Triggers {
  /**
   * `POST /hooks/<name>`: verifies the request, writes the delivery to disk and answers. It carries
   * its own proof, so the hub's token is not asked for.
   */
  receive(name: string, request: Request): Promise<Response>;
  hasWebhook(name: string): boolean;
  schedules(): ScheduleView[];
  webhooks(): WebhookView[];
  /** Newest first. */
  history(query?: HistoryQuery): FiringView[];
  outbox(): OutboxView;
  /**
   * Fires a schedule now.
   * @param by who asks, such as `terminal` or `page`
   * @throws {SwarmError} if there is no such schedule
   */
  trigger(name: string, by: string): FiringView;
  pause(name: string, note: string | null, by: string): ScheduleView;
  resume(name: string, by: string): ScheduleView;
  /** Fires for each time in the range, oldest first. @param from ISO 8601 @param to ISO 8601 */
  backfill(name: string, from: string, to: string, by: string): FiringView[];
  /**
   * Takes a delivery again as a new firing, or sends a dead letter again.
   * @param id of a delivery's firing, or of a message
   * @throws {SwarmError} if there is neither
   */
  replay(id: string, by: string): { firing: FiringView } | { message: string };
  /** What is wrong with the configuration of all of this, one line each. */
  problems(): string[];
  /** Calls a listener after any of the above has changed. @returns what ends it */
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
}

/** Starts the triggers of a repository: firings that were begun or missed are completed first. */
export declare function startTriggers(context: TriggersContext): Promise<Triggers>;
