import { randomUUID } from 'node:crypto';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { toStatusDocument } from '../run/status-document.ts';
import type { RunStatus } from '../run/status-schema.ts';
import type { Host } from '../store/host.ts';
import { runPaths } from '../store/run-paths.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type {
  FiringView,
  HistoryQuery,
  ScheduleView,
  WebhookView,
} from '../view/triggers/trigger-views.ts';
import type { LiveTriggering } from './config/live-triggering.ts';
import type { NamedWebhook } from './config/named-triggers.ts';
import type { OverlapPolicy } from './config/triggers-schema.ts';
import { explainPlan } from './firings/explain-plan.ts';
import type { NamedSchedule } from './schedules/due-times.ts';
import {
  backfillEvents,
  pauseEvents,
  replayEvent,
  resumeEvents,
  triggerEvent,
} from './schedules/schedule-changes.ts';
import { viewOfSchedule } from './schedules/schedule-view.ts';
import { listFirings, viewOfFiring } from './store/firing-view.ts';
import type { History } from './store/history.ts';
import { explainWebhook } from './webhooks/explain-webhook.ts';
import { type Rejections, viewOfWebhook } from './webhooks/webhook-view.ts';

export interface BookContext {
  host: Host;
  env: Readonly<Record<string, string | undefined>>;
  history: History;
  triggering: LiveTriggering;
  /** Called after a change. */
  onChange(): void;
}

/** How many deliveries of a webhook its view shows. */
const LAST_DELIVERIES = 5;

/**
 * The schedules and webhooks of a repository and their history, as people see and change them. It works whether a
 * hub is running or not: a change is a line of the history, which a hub reads.
 */
export class TriggerBook {
  readonly #context: BookContext;
  readonly #statusOf: (run: string) => RunStatus | null;
  /** By the webhook's name. */
  readonly #rejections = new Map<string, Rejections>();

  constructor(context: BookContext) {
    this.#context = context;
    this.#statusOf = readStatus(context.host);
  }

  schedules(): ScheduleView[] {
    return this.#schedules().map((schedule) => this.#view(schedule));
  }

  /** Newest first. */
  history(query: HistoryQuery = {}): FiringView[] {
    return listFirings(this.#context.history.state, query, this.#statusOf);
  }

  /** @throws {SwarmError} if there is none with this id */
  firing(id: string): FiringView {
    const found = this.#context.history.state.firings.get(id);
    if (!found) throw new SwarmError(`no firing ${id}`, EXIT.notFound);
    return viewOfFiring(found, this.#statusOf);
  }

  /** @throws {SwarmError} if there is no such schedule; so do the others */
  trigger(name: string, by: string): FiringView {
    const event = triggerEvent(this.#find(name), newId(), this.#change(by));
    this.#append([event]);
    return this.firing(event.firing);
  }

  pause(name: string, note: string | null, by: string): ScheduleView {
    const schedule = this.#find(name);
    this.#append(pauseEvents(schedule, this.#known(name), note, this.#change(by)));
    return this.#view(schedule);
  }

  resume(name: string, by: string): ScheduleView {
    const schedule = this.#find(name);
    this.#append(resumeEvents(schedule, this.#known(name), this.#change(by)));
    return this.#view(schedule);
  }

  /** Fires for each time of a range, oldest first. @param range ISO 8601, both ends included */
  backfill(
    name: string,
    { from, to, overlap = 'buffer_all' }: { from: string; to: string; overlap?: OverlapPolicy },
    by: string,
  ): FiringView[] {
    const range = { from, to, overlap };
    const events = backfillEvents(this.#find(name), range, newId(), this.#change(by));
    this.#append(events);
    return events.map(({ firing }) => this.firing(firing));
  }

  webhooks(): WebhookView[] {
    return [...this.#webhooks().values()].map((webhook) =>
      viewOfWebhook(webhook, {
        state: this.#context.history.state,
        rejected: this.#rejections.get(webhook.name) ?? { count: 0, last: null },
        last: this.history({ trigger: 'webhook', name: webhook.name, limit: LAST_DELIVERIES }),
        problems: explainWebhook(webhook, this.#context),
      }),
    );
  }

  hasWebhook(name: string): boolean {
    return this.#webhooks().has(name);
  }

  /** @throws {SwarmError} if there is no such webhook */
  webhook(name: string): NamedWebhook {
    const webhooks = this.#webhooks();
    return webhooks.get(name) ?? notFound('webhook', name, [...webhooks.keys()]);
  }

  /** Counts a request to a webhook that was not accepted. */
  reject(name: string, reason: string): void {
    const count = (this.#rejections.get(name)?.count ?? 0) + 1;
    this.#rejections.set(name, { count, last: { at: this.#context.host.now(), reason } });
  }

  /**
   * Takes a stored delivery again, as a new firing.
   * @param id of the delivery's firing, such as `pull-request/1f2e…`
   * @throws {SwarmError} if there is none
   */
  replay(id: string, by: string): FiringView {
    const firing = this.#context.history.state.firings.get(id);
    if (!firing?.delivery) throw new SwarmError(`no delivery ${id}`, EXIT.notFound);
    const event = replayEvent(firing, newId(), this.#change(by));
    this.#append([event]);
    return this.firing(event.firing);
  }

  /** Whether the run of any firing has not ended. */
  hasWorkingRun(): boolean {
    const open = [...this.#context.history.state.open.values()];
    return open.some(({ outcome }) => outcome === 'started');
  }

  /** What is wrong with the file of the configuration, one line each. */
  fileProblems(): string[] {
    return this.#context.triggering.problems();
  }

  /** That, and what is wrong with the plans and secrets that it names. */
  problems(): string[] {
    const ofPlans = this.#schedules().flatMap((one) =>
      explainPlan('schedule', one, this.#context).map((line) => `schedule ${one.name}: ${line}`),
    );
    const ofWebhooks = [...this.#webhooks().values()].flatMap((one) =>
      explainWebhook(one, this.#context).map((line) => `webhook ${one.name}: ${line}`),
    );
    return [...this.fileProblems(), ...ofPlans, ...ofWebhooks];
  }

  #webhooks(): ReadonlyMap<string, NamedWebhook> {
    return this.#context.triggering.current().webhooks;
  }

  #schedules(): NamedSchedule[] {
    return [...this.#context.triggering.current().schedules.values()];
  }

  #find(name: string): NamedSchedule {
    const { schedules } = this.#context.triggering.current();
    return schedules.get(name) ?? notFound('schedule', name, [...schedules.keys()]);
  }

  #known(name: string) {
    return this.#context.history.state.schedules.get(name) ?? null;
  }

  #view(schedule: NamedSchedule): ScheduleView {
    const { host, history } = this.#context;
    return viewOfSchedule(schedule, {
      state: history.state,
      now: Date.parse(host.now()),
      problems: explainPlan('schedule', schedule, this.#context),
      statusOf: this.#statusOf,
    });
  }

  #change(by: string) {
    return { by, now: Date.parse(this.#context.host.now()) };
  }

  #append(events: Parameters<History['append']>[0]): void {
    this.#context.history.append(events);
    this.#context.onChange();
  }
}

function newId(): string {
  return randomUUID().slice(0, 8);
}

/** @throws {SwarmError} always */
function notFound(kind: string, name: string, names: readonly string[]): never {
  const known = names.length > 0 ? `expected one of ${names.join(', ')}` : 'there is none';
  throw new SwarmError(
    `no ${kind} ${name} in .claude/swarm-parallel.json; ${known}${didYouMean(name, names)}`,
    EXIT.notFound,
  );
}

function readStatus(host: Host): (run: string) => RunStatus | null {
  return (run) => {
    try {
      return toStatusDocument(host.load(runPaths(host.root, run)).state).status;
    } catch {
      return null;
    }
  };
}
