import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LedgerEvent, RunOpened } from '../../../../src/ledger/events.ts';
import { applyEvent, foldLedger } from '../../../../src/run/fold/fold-ledger.ts';
import { initialState, type RunState } from '../../../../src/run/run-state.ts';
import { toStatusDocument } from '../../../../src/run/status-document.ts';
import { statusDocument, type TaskStatus } from '../../../../src/run/status-schema.ts';
import {
  agentStarted,
  at,
  checkpoint,
  ended,
  launched,
  makeReport,
  makeTask,
  opened,
  refused,
  sessionEnded,
  started,
  stored,
} from '../../../support/run-events.ts';

/** What happens to the attempt of a task: true facts, in the order in which they come about. */
type Fate = { facts: (task: string) => LedgerEvent[]; status: TaskStatus };

const ofAgent = { attempt: null };
const failed = { outcome: 'failed', category: 'transient', message: 'HTTP 529' } as const;
const stopped = { outcome: 'stopped', message: 'stopped by Claude' } as const;
const empty = { outcome: 'empty', category: 'empty', message: 'no report' } as const;
const lost = { outcome: 'lost', category: 'lost', message: 'gone' } as const;

const FATES: Record<string, Fate> = {
  reports: {
    status: 'completed',
    facts: (task) => [
      agentStarted(task, { at: at(3) }),
      started(task, { at: at(2) }),
      checkpoint(task, 40),
      checkpoint(task, 90),
      ended(task, { ...ofAgent, report: makeReport(`agent.${task}`), at: at(110) }),
      ended(task, { at: at(110) }),
      ended(task, { at: at(120), abstract: 'Said again' }),
    ],
  },
  'reports, and its report waits for its name': {
    status: 'completed',
    facts: (task) => [
      ended(task, { ...ofAgent, report: makeReport(`agent.${task}`) }),
      started(task),
      stored(task, { at: at(12) }),
    ],
  },
  'stores twice and reports': {
    status: 'completed',
    facts: (task) => [
      started(task),
      stored(task, { at: at(8) }),
      stored(task, { at: at(9), report: makeReport(task, 'better') }),
      ended(task, { ...ofAgent, report: makeReport(task, 'better') }),
      ended(task, { at: at(11), report: makeReport(task, 'better') }),
    ],
  },
  'stores and fails': {
    status: 'completed',
    facts: (task) => [started(task), stored(task), ended(task, { ...ofAgent, ...failed })],
  },
  'stores and is stopped': {
    status: 'completed',
    facts: (task) => [started(task), stored(task), ended(task, stopped), ended(task, stopped)],
  },
  'stores and is cut off with its session': {
    status: 'completed',
    facts: (task) => [started(task), stored(task), sessionEnded({ session: `session-${task}` })],
  },
  'fails, and reports after all': {
    status: 'completed',
    facts: (task) => [
      started(task),
      ended(task, { ...ofAgent, ...failed, at: at(9) }),
      ended(task, { at: at(11) }),
    ],
  },
  'is taken for lost, and reports after all': {
    status: 'completed',
    facts: (task) => [
      started(task),
      ended(task, lost),
      sessionEnded({ session: `session-${task}`, at: at(9) }),
      ended(task, { ...ofAgent, at: at(11) }),
    ],
  },
  'ends in the foreground': {
    status: 'completed',
    facts: (task) => [
      ended(task, { ...ofAgent, report: makeReport(`agent.${task}`) }),
      ended(task, { at: at(11) }),
    ],
  },
  fails: {
    status: 'failed',
    facts: (task) => [
      started(task),
      ended(task, { ...ofAgent, ...failed }),
      ended(task, { ...failed, category: 'fatal', message: 'the same by another way' }),
      ended(task, { ...failed, category: 'fatal', message: 'later', at: at(11) }),
    ],
  },
  'ends without a report': {
    status: 'failed',
    facts: (task) => [started(task), ended(task, { ...ofAgent, ...empty }), ended(task, empty)],
  },
  'fails and then seems empty': {
    status: 'failed',
    facts: (task) => [started(task), ended(task, failed), ended(task, { ...empty, at: at(11) })],
  },
  'is stopped': {
    status: 'cancelled',
    facts: (task) => [started(task), ended(task, { ...ofAgent, ...stopped }), ended(task, stopped)],
  },
  'ends with its session': {
    status: 'pending',
    facts: (task) => [
      started(task),
      sessionEnded({ session: `session-${task}` }),
      sessionEnded({ session: `session-${task}`, at: at(21), reason: 'again' }),
    ],
  },
  'is lost': {
    status: 'failed',
    facts: (task) => [
      started(task),
      sessionEnded({ session: `session-${task}` }),
      ended(task, { ...lost, at: at(25) }),
    ],
  },
  'never begins': {
    status: 'failed',
    facts: (task) => [
      refused(task, { category: 'fatal', message: 'no such agent type' }),
      sessionEnded({ session: `session-${task}` }),
    ],
  },
  'has to wait': {
    status: 'pending',
    facts: (task) => [refused(task), sessionEnded({ session: `session-${task}` })],
  },
  'is at work': {
    status: 'working',
    facts: (task) => [
      started(task, { at: at(4) }),
      agentStarted(task, { at: at(3) }),
      agentStarted(task, { at: at(2) }),
      checkpoint(task, 10),
    ],
  },
};

interface Scenario {
  opened: RunOpened;
  /** Launches, and behind them what follows before the next launches. */
  waves: { launches: LedgerEvent[]; facts: LedgerEvent[] }[];
  expected: Record<string, TaskStatus>;
}

/** A run of up to six tasks, each with a fate, launched as soon as what it needs is completed. */
const scenarios: fc.Arbitrary<Scenario> = fc
  .array(fc.record({ fate: fc.constantFrom(...Object.keys(FATES)), needs: fc.array(fc.nat(5)) }), {
    minLength: 1,
    maxLength: 6,
  })
  .map((drawn) => {
    const tasks = drawn.map(({ needs }, index) => {
      const ids = [...new Set(needs)].filter((need) => need < index).map((need) => `t${need}`);
      return makeTask(`t${index}`, { needs: ids });
    });
    const fates = new Map(drawn.map(({ fate }, index) => [`t${index}`, FATES[fate] as Fate]));
    const expected: Record<string, TaskStatus> = {};
    const waves: Scenario['waves'] = [];
    for (let rest = tasks; ; ) {
      const ready = rest.filter((task) => task.needs.every((id) => expected[id] === 'completed'));
      if (ready.length === 0) break;
      rest = rest.filter((task) => !ready.includes(task));
      for (const { id } of ready) expected[id] = fates.get(id)?.status ?? 'pending';
      waves.push({
        launches: ready.map(({ id }) => launched(id, { session: `session-${id}` })),
        facts: ready.flatMap(({ id }) => fates.get(id)?.facts(id) ?? []),
      });
    }
    for (const { id, needs } of tasks) {
      const isDead = needs.some((need) => ['failed', 'cancelled'].includes(expected[need] ?? ''));
      expected[id] ??= isDead ? 'cancelled' : 'pending';
    }
    return { opened: opened(tasks), waves, expected };
  });

/** How the facts get into the ledger: any order, any of them again, also long after. */
interface Disorder {
  keys: number[];
  again: number[];
}

const disorders: fc.Arbitrary<Disorder> = fc.record({
  keys: fc.array(fc.nat(), { minLength: 30, maxLength: 30 }),
  again: fc.array(fc.nat(), { maxLength: 8 }),
});

function ledgerOf(scenario: Scenario, { keys, again }: Disorder): LedgerEvent[] {
  const known: LedgerEvent[] = [];
  const events = scenario.waves.flatMap(({ launches, facts }, wave) => {
    known.push(...facts);
    const repeated = again.flatMap((pick) => known[(pick + wave) % known.length] ?? []);
    const keyed = [...facts, ...repeated].map(
      (event, index) => [keys[(index + wave) % keys.length] ?? 0, event] as const,
    );
    return [...launches, ...keyed.sort(([a], [b]) => a - b).map(([, event]) => event)];
  });
  return [scenario.opened, ...events];
}

/** What must be the same for the same facts. */
function outcomes(events: LedgerEvent[]): unknown {
  const state = foldLedger(events) as RunState;
  const document = toStatusDocument(state);
  return {
    ...document,
    // Overload halves it and completions raise it, one after the other.
    loweredLimit: null,
    // The message of the checkpoint written last: order decides nothing else.
    tasks: document.tasks.map(({ message: _, ...task }) => {
      const attempt = state.tasks.get(task.id)?.attempts.at(-1);
      const { end, report, abstract } = attempt ?? {};
      return { ...task, end, report, abstract };
    }),
  };
}

describe('the state of a run', () => {
  it('does not depend on the order of facts in the ledger, nor on repetition', () => {
    fc.assert(
      fc.property(scenarios, disorders, (scenario, disorder) => {
        const ledger = ledgerOf(scenario, disorder);
        const inOrder = ledgerOf(scenario, { keys: [0], again: [] });
        expect(outcomes(ledger)).toEqual(outcomes(inOrder));
      }),
      { seed: 20261122, numRuns: 500 },
    );
  });

  it('is the one that the facts mean', () => {
    fc.assert(
      fc.property(scenarios, disorders, (scenario, disorder) => {
        const state = foldLedger(ledgerOf(scenario, disorder)) as RunState;
        const statuses = toStatusDocument(state).tasks.map(({ id, status }) => [id, status]);
        expect(Object.fromEntries(statuses)).toEqual(scenario.expected);
      }),
      { seed: 1, numRuns: 250 },
    );
  });

  it('gives a valid document after every event, with counts and reports that match its tasks', () => {
    fc.assert(
      fc.property(scenarios, disorders, (scenario, disorder) => {
        const state = initialState(scenario.opened);
        for (const event of ledgerOf(scenario, disorder)) {
          applyEvent(state, event);
          const document = statusDocument.parse(toStatusDocument(state));
          const counted = Object.entries(document.counts).map(([status, count]) => [
            status,
            document.tasks.filter((task) => task.status === status).length === count,
          ]);
          expect(counted.filter(([, fits]) => !fits)).toEqual([]);
          for (const task of document.tasks) {
            expect(task.result !== null).toBe(task.status === 'completed');
            expect(task.error !== null).toBe(task.status === 'failed');
            expect(task.deadlineAt !== null).toBe(task.status === 'working');
          }
        }
      }),
      { seed: 2, numRuns: 40 },
    );
  });

  it('does not change when an event is applied again', () => {
    fc.assert(
      fc.property(scenarios, disorders, (scenario, disorder) => {
        const ledger = ledgerOf(scenario, disorder);
        const state = foldLedger(ledger) as RunState;
        const before = structuredClone({ ...state, agents: null });
        for (const { launches } of scenario.waves)
          for (const event of launches) applyEvent(state, event);
        for (const event of ledger.filter(({ event }) => event !== 'task.checkpoint')) {
          applyEvent(state, event);
        }
        expect({ ...state, agents: null }).toEqual(before);
      }),
      { seed: 3, numRuns: 100 },
    );
  });
});

describe('a completed task', () => {
  const anything = fc
    .record({
      make: fc.constantFrom<(more: object) => LedgerEvent>(
        (more) => launched('a', more),
        (more) => started('a', more),
        (more) => agentStarted('a', more),
        (more) => refused('a', more),
        (more) => refused('a', { ...more, category: 'fatal' }),
        (more) => ended('a', { ...more, ...failed }),
        (more) => ended('a', { ...more, ...stopped }),
        (more) => ended('a', { ...more, ...empty }),
        (more) => ended('a', { ...more, ...lost }),
        (more) => ended('a', more),
        (more) => stored('a', more),
        (more) => checkpoint('a', 1, JSON.stringify(more)),
        () => sessionEnded(),
        () => ({ event: 'summary.read', at: at(1), session: 's' }),
      ),
      ids: fc.constantFrom<object>({}, { attempt: 'other' }, { agentId: 'other' }),
      when: fc.nat(40),
    })
    .map(({ make, ids, when }) => {
      const event = make({});
      const known = Object.entries(ids).filter(([key]) => key in event);
      return { ...event, ...Object.fromEntries(known), at: at(when) } as LedgerEvent;
    });

  it.each([
    ['that reported', [launched('a'), started('a'), ended('a')]],
    ['that ended in the foreground', [launched('a'), ended('a', { agentId: null })]],
    ['that stored and failed', [launched('a'), stored('a'), ended('a', failed)]],
    ['that stored and was lost', [launched('a'), stored('a'), sessionEnded()]],
  ])('%s stays so whatever comes', (_, before) => {
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 12 }), (events) => {
        const state = foldLedger([opened(['a']), ...before]) as RunState;
        for (const event of events) {
          applyEvent(state, event);
          const document = toStatusDocument(state);
          expect(document.status).toBe('completed');
          expect(document.tasks[0]).toMatchObject({
            status: 'completed',
            percent: 100,
            attempts: 1,
            result: 'results/a.md',
          });
        }
      }),
      { seed: 4, numRuns: 150 },
    );
  });
});
