import { configOfFiring, type FiringConfig } from '../config/named-triggers.ts';
import { dueTimes } from '../schedules/due-times.ts';
import type { HistoryEvent } from '../store/history-events.ts';
import type { Firing } from '../store/history-state.ts';
import { claimFirings } from './claim-firings.ts';
import { decideFirings, type FiringDecision } from './decide-firings.ts';
import type { FiringContext } from './firing-context.ts';
import { FiringRuns } from './firing-runs.ts';
import { startFiring } from './start-firing.ts';

export interface EngineOptions {
  /** What the engine takes over: everything, as a hub does, or these firings only. */
  scope: 'all' | ReadonlySet<string>;
  /** Called after each pass, with the time at which the next one is due; milliseconds. */
  onPass(nextAt: number | null): void;
  onError(error: unknown): void;
}

/** The decisions of one round may allow others, such as when a start fails. */
const MAX_ROUNDS = 10;

/** Carries out the firings of one repository, one step after the other. */
export class FiringEngine {
  readonly #context: FiringContext;
  readonly #options: EngineOptions;
  readonly #runs: FiringRuns;
  readonly #cancelled = new Set<string>();
  #current: Promise<void> | null = null;
  #isAgain = false;
  #isClosed = false;

  constructor(context: FiringContext, options: EngineOptions) {
    this.#context = context;
    this.#options = options;
    this.#runs = new FiringRuns(context, this.#isHub ? () => void this.evaluate() : null);
  }

  /**
   * Brings everything up to date: times that are due, firings that wait, runs that have ended. A call
   * during a pass causes one more pass.
   * @returns when that has been done; never rejects
   */
  evaluate(): Promise<void> {
    this.#isAgain = true;
    this.#current ??= this.#repeat().then(() => {
      this.#current = null;
      // Somebody may have asked between the last pass and now.
      return this.#isAgain && !this.#isClosed ? this.evaluate() : undefined;
    });
    return this.#current;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#current;
    await this.#runs.close();
  }

  get #isHub(): boolean {
    return this.#options.scope === 'all';
  }

  #now(): number {
    return Date.parse(this.#context.host.now());
  }

  async #repeat(): Promise<void> {
    while (this.#isAgain && !this.#isClosed) {
      this.#isAgain = false;
      this.#context.history.refresh();
      const { foreign } = this.#context.history;
      await this.#pass().catch(this.#options.onError);
      // What another process appended during the pass was read by an append of this one.
      if (this.#context.history.foreign !== foreign) this.#isAgain = true;
    }
  }

  async #pass(): Promise<void> {
    const { history, host, owner } = this.#context;
    const nextAt = this.#isHub ? this.#addDueTimes() : null;
    const claims = claimFirings(this.#waiting(), owner, host.isAlive, this.#now());
    if (claims.length > 0) history.append(claims);
    this.#settleRuns();
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const decisions = this.#decide();
      if (decisions.length === 0) break;
      await this.#carryOut(decisions);
      this.#settleRuns();
    }
    this.#options.onPass(nextAt);
  }

  #waiting(): Firing[] {
    const { scope } = this.#options;
    return this.#open().filter(
      ({ id, outcome }) => outcome === 'waiting' && (scope === 'all' || scope.has(id)),
    );
  }

  #open(): Firing[] {
    return [...this.#context.history.state.open.values()];
  }

  /** @returns when the next time is due */
  #addDueTimes(): number | null {
    const { history, triggering } = this.#context;
    const known = (name: string) => history.state.schedules.get(name) ?? null;
    const steps = [...triggering().schedules.values()].map((schedule) =>
      dueTimes(schedule, known(schedule.name), this.#now()),
    );
    const events = steps.flatMap((step) => step.events);
    if (events.length > 0) history.append(events);
    const moments = steps.flatMap(({ nextAt }) => nextAt ?? []);
    return moments.length > 0 ? Math.min(...moments) : null;
  }

  #settleRuns(): void {
    const working = this.#open().filter(({ outcome }) => outcome === 'started');
    const events = this.#runs.settle(working);
    if (events.length > 0) this.#record(events);
  }

  /** Adds events to the history, and pauses the schedules that a failure pauses. */
  #record(events: readonly HistoryEvent[]): void {
    const { history } = this.#context;
    history.append([...events, ...events.flatMap((event) => this.#pauseAfter(event))]);
  }

  #pauseAfter(event: HistoryEvent): HistoryEvent[] {
    const { history, host, triggering } = this.#context;
    const hasFailed =
      event.event === 'firing.failed' ||
      (event.event === 'firing.ended' && event.status === 'failed');
    const firing = hasFailed ? history.state.firings.get(event.firing) : undefined;
    if (firing?.trigger !== 'schedule') return [];
    const { name: schedule, run } = firing;
    const isPaused = history.state.schedules.get(schedule)?.paused;
    if (!triggering().schedules.get(schedule)?.pauseOnFailure || isPaused) return [];
    const note = run ? `run ${run} failed` : 'its run could not be started';
    return [{ event: 'schedule.paused', at: host.now(), schedule, note, by: 'swarm' }];
  }

  /** What must be done now about the firings of this process. */
  #decide(): FiringDecision[] {
    const { owner } = this.#context;
    const isMine = (firing: Firing) => firing.owner?.id === owner.id;
    const waiting = this.#waiting().filter(isMine);
    const triggers = new Map(waiting.map((firing) => [`${firing.trigger} ${firing.name}`, firing]));
    return [...triggers.values()].flatMap((one): FiringDecision[] => {
      const ofTrigger = this.#open().filter(
        (firing) =>
          firing.trigger === one.trigger &&
          firing.name === one.name &&
          (firing.outcome === 'started' || isMine(firing)),
      );
      return this.#decideTrigger(one, ofTrigger);
    });
  }

  #decideTrigger(one: Firing, firings: readonly Firing[]): FiringDecision[] {
    const config = configOfFiring(this.#context.triggering(), one);
    if (!config) {
      const waiting = firings.filter(({ outcome }) => outcome === 'waiting');
      return waiting.map((firing) => ({ do: 'skip', firing, reason: 'removed' }));
    }
    const rules = { ...config.rules, left: this.#startsLeft(one, config) };
    return decideFirings(firings, rules).filter(
      (decision) => decision.do !== 'cancel' || !this.#cancelled.has(decision.firing.id),
    );
  }

  /** How many firings of a trigger its rate limit allows to start now. */
  #startsLeft({ trigger, name }: Firing, { rate }: FiringConfig): number | null {
    if (!rate) return null;
    const since = this.#now() - rate.windowMs;
    const started = [...this.#context.history.state.firings.values()].filter(
      (one) =>
        one.trigger === trigger &&
        one.name === name &&
        one.startedAt !== null &&
        Date.parse(one.startedAt) > since,
    );
    return Math.max(0, rate.count - started.length);
  }

  /** Starts follow one another; all others are recorded with one write. */
  async #carryOut(decisions: readonly FiringDecision[]): Promise<void> {
    const at = this.#context.host.now();
    const events = decisions.flatMap((decision): HistoryEvent[] => {
      const { id: firing } = decision.firing;
      if (decision.do === 'skip')
        return [{ event: 'firing.skipped', at, firing, reason: decision.reason }];
      return decision.do === 'wait' ? [{ event: 'firing.buffered', at, firing }] : [];
    });
    if (events.length > 0) this.#record(events);
    for (const { do: what, firing } of decisions) {
      if (what === 'start') await this.#start(firing);
      if (what !== 'cancel') continue;
      this.#cancelled.add(firing.id);
      this.#runs.cancel(firing);
    }
  }

  async #start(firing: Firing): Promise<void> {
    const result = await startFiring(firing, this.#context, (exit) => {
      this.#runs.exited(firing.id, exit);
      void this.evaluate();
    });
    const { id } = firing;
    const at = this.#context.host.now();
    this.#record([
      'run' in result
        ? { event: 'firing.started', at, firing: id, run: result.run.paths.run }
        : { event: 'firing.failed', at, firing: id, ...result.failure },
    ]);
  }
}
