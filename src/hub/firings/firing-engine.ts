import { configOfFiring } from '../config/named-triggers.ts';
import { dueTimes } from '../schedules/due-times.ts';
import type { HistoryEvent } from '../store/history-events.ts';
import type { Firing } from '../store/history-state.ts';
import { claimFirings } from './claim-firings.ts';
import { decideFirings, type FiringDecision } from './decide-firings.ts';
import type { FiringContext } from './firing-context.ts';
import { watchFiringRuns } from './firing-runs.ts';
import { startFiring } from './start-firing.ts';

/** Carries out the firings of one repository, one step after the other. */
export interface FiringEngine {
  /**
   * Brings everything up to date: times that are due, firings that wait, runs that have ended. Calls
   * while it is working are answered by one more pass.
   * @returns when that has been done; never rejects
   */
  evaluate(): Promise<void>;
  /** How a run is doing; null if it cannot be read. */
  statusOf: ReturnType<typeof watchFiringRuns>['statusOf'];
  close(): Promise<void>;
}

export interface EngineOptions {
  /**
   * What the engine takes over: everything, as a hub does, or these firings only.
   */
  scope: 'all' | ReadonlySet<string>;
  /** Called after each pass, with the time at which the next one is due; milliseconds. */
  onPass(nextAt: number | null): void;
  onError(error: unknown): void;
}

/** The decisions of one pass may allow others, such as when a start fails. */
const MAX_ROUNDS = 10;

export function createFiringEngine(context: FiringContext, options: EngineOptions): FiringEngine {
  const { history, host, owner } = context;
  const isHub = options.scope === 'all';
  let isClosed = false;
  let current: Promise<void> | null = null;
  let isAgain = false;
  const evaluate = (): Promise<void> => {
    isAgain = true;
    current ??= repeat().then(() => {
      current = null;
      // Somebody may have asked between the last pass and now.
      return isAgain && !isClosed ? evaluate() : undefined;
    });
    return current;
  };
  const runs = watchFiringRuns(context, isHub ? () => void evaluate() : null);
  const now = () => Date.parse(host.now());
  const mine = (outcome: Firing['outcome']) =>
    [...history.state.firings.values()].filter(
      (firing) =>
        firing.outcome === outcome && (options.scope === 'all' || options.scope.has(firing.id)),
    );

  async function repeat(): Promise<void> {
    while (isAgain && !isClosed) {
      isAgain = false;
      await pass().catch(options.onError);
    }
  }

  async function pass(): Promise<void> {
    history.refresh();
    const nextAt = isHub ? addDueTimes() : null;
    const claims = claimFirings(mine('waiting'), owner, host.isAlive, now());
    if (claims.length > 0) history.append(claims);
    settleRuns();
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const decisions = decide();
      if (decisions.length === 0) break;
      for (const decision of decisions) await carryOut(decision);
      settleRuns();
    }
    options.onPass(nextAt);
  }

  /** @returns when the next time is due */
  function addDueTimes(): number | null {
    const steps = [...context.triggering().schedules.values()].map((schedule) =>
      dueTimes(schedule, history.state.schedules.get(schedule.name) ?? null, now()),
    );
    const events = steps.flatMap((step) => step.events);
    if (events.length > 0) history.append(events);
    const moments = steps.flatMap(({ nextAt }) => nextAt ?? []);
    return moments.length > 0 ? Math.min(...moments) : null;
  }

  function settleRuns(): void {
    const events = runs.settle(
      [...history.state.firings.values()].filter(
        ({ outcome, end }) => outcome === 'started' && end === null,
      ),
    );
    if (events.length === 0) return;
    history.append([...events, ...pausesAfter(events)]);
  }

  /** The schedules that are paused when one of their firings fails. */
  function pausesAfter(events: readonly HistoryEvent[]): HistoryEvent[] {
    return events.flatMap((event): HistoryEvent[] => {
      const hasFailed =
        event.event === 'firing.failed' ||
        (event.event === 'firing.ended' && event.status === 'failed');
      const firing = hasFailed ? history.state.firings.get(event.firing) : undefined;
      if (firing?.trigger !== 'schedule') return [];
      const schedule = context.triggering().schedules.get(firing.name);
      const isPaused = history.state.schedules.get(firing.name)?.paused;
      if (!schedule?.pauseOnFailure || isPaused) return [];
      const note = firing.run ? `run ${firing.run} failed` : 'its run could not be started';
      return [
        { event: 'schedule.paused', at: host.now(), schedule: firing.name, note, by: 'swarm' },
      ];
    });
  }

  /** What is to be done now about the firings of this process. */
  function decide(): FiringDecision[] {
    const waiting = mine('waiting').filter((firing) => firing.owner?.id === owner.id);
    const triggers = new Map(waiting.map((firing) => [`${firing.trigger} ${firing.name}`, firing]));
    return [...triggers.values()].flatMap((one): FiringDecision[] => {
      const config = configOfFiring(context.triggering(), one);
      const ofTrigger = [...history.state.firings.values()].filter(
        (firing) =>
          firing.trigger === one.trigger &&
          firing.name === one.name &&
          (firing.outcome === 'started' || firing.owner?.id === owner.id),
      );
      if (!config) return ofTrigger.flatMap(removeWaiting);
      return decideFirings(ofTrigger, config.rules, now()).filter(
        (decision) => decision.do !== 'cancel' || !cancelled.has(decision.firing.id),
      );
    });
  }

  const cancelled = new Set<string>();

  async function carryOut(decision: FiringDecision): Promise<void> {
    const { firing } = decision;
    const at = host.now();
    if (decision.do === 'cancel') {
      cancelled.add(firing.id);
      runs.cancel(firing);
    } else if (decision.do === 'skip') {
      const { reason } = decision;
      history.append([{ event: 'firing.skipped', at, firing: firing.id, reason }]);
    } else {
      await start(firing);
    }
  }

  async function start(firing: Firing): Promise<void> {
    const result = await startFiring(firing, context, (exit) => {
      runs.exited(firing.id, exit);
      void evaluate();
    });
    const { id } = firing;
    const at = host.now();
    const event: HistoryEvent =
      'run' in result
        ? { event: 'firing.started', at, firing: id, run: result.run.paths.run }
        : { event: 'firing.failed', at, firing: id, ...result.failure };
    history.append([event, ...pausesAfter([event])]);
  }

  return {
    evaluate,
    statusOf: runs.statusOf,
    async close() {
      isClosed = true;
      await current;
      await runs.close();
    },
  };
}

/** The waiting firings of a trigger that is no longer in the configuration. */
function removeWaiting(firing: Firing): FiringDecision[] {
  return firing.outcome === 'waiting' ? [{ do: 'skip', firing, reason: 'removed' }] : [];
}
