import { describe, expect, it } from 'vitest';
import { newWorkerStream } from '../../../src/claude/stream-json.ts';
import type { LedgerEvent } from '../../../src/ledger/events.ts';
import {
  isHeartbeatDue,
  missedHeartbeats,
  stallTime,
  unreportedStalls,
} from '../../../src/run/heartbeat.ts';
import { renderSummary } from '../../../src/view/markdown/render-summary.ts';
import { nextStepPrompt } from '../../../src/view/prompts/next-step.ts';
import {
  at,
  checkpoint,
  ended,
  entryOf,
  fold,
  gateAsked,
  gateDecided,
  launched,
  makeTask,
  opened,
  started,
} from '../../support/run-events.ts';

const MINUTE = 60_000;
const start = (tier: 'quick' | 'medium' | 'long' = 'medium'): LedgerEvent[] => [
  opened([makeTask('a', { tier })]),
  launched('a'),
  started('a', { at: at(10) }),
];
const seen = (ms: number): LedgerEvent => ({
  event: 'agent.seen',
  at: at(ms),
  agentId: 'agent-a',
});
const stalled = (ms: number): LedgerEvent => ({
  event: 'attempt.stalled',
  at: at(ms),
  attempt: 'call-a',
});
const told = (ms: number): LedgerEvent => ({ event: 'stall.told', at: at(ms), attempt: 'call-a' });

const checkpointAt = (ms: number): LedgerEvent => ({ ...checkpoint('a', 10), at: at(ms) });

function attemptIn(events: readonly LedgerEvent[]) {
  const state = fold(...events);
  const attempt = state.attempts.get('call-a');
  if (!attempt) throw new Error('no attempt');
  return { state, attempt };
}

describe('heartbeats', () => {
  it('count from the start, from a tool call, a checkpoint and a report', () => {
    const timeOf = (...more: LedgerEvent[]) => {
      const { state, attempt } = attemptIn([...start(), ...more]);
      return stallTime(state, attempt);
    };
    expect(timeOf()).toBe(at(10 + MINUTE));
    expect(timeOf(seen(500))).toBe(at(500 + MINUTE));
    expect(timeOf(checkpointAt(700))).toBe(at(700 + MINUTE));
    expect(timeOf(seen(900), seen(400))).toBe(at(900 + MINUTE));
    expect(timeOf(ended('a'))).toBeNull();
  });

  it('are not expected in a tier without a heartbeatTimeout', () => {
    const { state, attempt } = attemptIn(start('quick'));
    expect(stallTime(state, attempt)).toBeNull();
    expect(missedHeartbeats(state, at(30 * MINUTE))).toEqual([]);
    expect(isHeartbeatDue(state, attempt, at(30 * MINUTE))).toBe(false);
  });

  it('are recorded at most four times per timeout', () => {
    const { state, attempt } = attemptIn([...start(), seen(1_000)]);
    expect(isHeartbeatDue(state, attempt, at(15_999))).toBe(false);
    expect(isHeartbeatDue(state, attempt, at(16_000))).toBe(true);
  });
});

describe('an agent without a heartbeat', () => {
  it('is found once when its heartbeatTimeout has passed', () => {
    const { state } = attemptIn(start());
    expect(missedHeartbeats(state, at(9 + MINUTE))).toEqual([]);
    expect(missedHeartbeats(state, at(10 + MINUTE)).map(({ id }) => id)).toEqual(['call-a']);
    expect(missedHeartbeats(fold(...[...start(), stalled(10 + MINUTE)]), at(5 * MINUTE))).toEqual(
      [],
    );
  });

  it('keeps running, and is shown with its error', () => {
    const state = fold(...[...start(), stalled(10 + MINUTE)]);
    expect(entryOf(state, 'a')).toMatchObject({
      status: 'working',
      error: { category: 'stalled', message: 'no heartbeat since 18:15:30 UTC' },
    });
    expect(renderSummary(state)).toContain('◐ **a** Do a: stalled, no heartbeat since');
  });

  it.each([
    ['the next sign', seen(20 + MINUTE)],
    ['a checkpoint', checkpointAt(20 + MINUTE)],
  ])('is stalled until %s, whatever the order in the ledger', (_, sign) => {
    for (const events of [
      [stalled(10 + MINUTE), sign],
      [sign, stalled(10 + MINUTE)],
    ]) {
      const state = fold(...[...start(), ...events]);
      expect(entryOf(state, 'a').error).toBeNull();
    }
  });

  it('is reported once for each stall', () => {
    const once = [...start(), stalled(10 + MINUTE)];
    expect(unreportedStalls(fold(...once))).toHaveLength(1);
    expect(nextStepPrompt(fold(...once), true)).toContain('No heartbeat for a while from a:');
    expect(unreportedStalls(fold(...[...once, told(11 + MINUTE)]))).toEqual([]);
    const again = [...once, told(11 + MINUTE), seen(2 * MINUTE), stalled(4 * MINUTE)];
    expect(unreportedStalls(fold(...again))).toHaveLength(1);
    expect(unreportedStalls(fold(...[...again, ended('a')]))).toEqual([]);
  });
});

describe('an agent that is waiting for an answer in its session', () => {
  const waiting = [...start(), gateAsked('a', { at: at(20), where: 'session' })];
  const answer = gateDecided('a', 'approved', { at: at(5 * MINUTE), where: 'session' });

  it('is neither stalled nor reported, however long that takes', () => {
    const { state, attempt } = attemptIn(waiting);
    expect(stallTime(state, attempt)).toBeNull();
    expect(missedHeartbeats(state, at(30 * MINUTE))).toEqual([]);
    expect(unreportedStalls(fold(...[...waiting, stalled(4 * MINUTE)]))).toEqual([]);
  });

  it('has its whole heartbeatTimeout again after the answer', () => {
    const { state, attempt } = attemptIn([...waiting, answer]);
    expect(stallTime(state, attempt)).toBe(at(6 * MINUTE));
  });
});

describe('a worker', () => {
  const begun = [
    opened(['a']),
    launched('a', { supervisor: 'supervisor-1' }),
    started('a', { at: at(10) }),
  ];

  it('is not stalled while its stream has output', () => {
    const used: LedgerEvent = {
      event: 'worker.used',
      at: at(MINUTE),
      attempt: 'call-a',
      usage: newWorkerStream().usage,
      activity: null,
    };
    const { state, attempt } = attemptIn([...begun, used]);
    expect(stallTime(state, attempt)).toBe(at(2 * MINUTE));
  });

  it('is shown as stalled, but not reported to an orchestrator', () => {
    const state = fold(...[...begun, stalled(10 + MINUTE)]);
    expect(entryOf(state, 'a').error).toMatchObject({ category: 'stalled' });
    expect(unreportedStalls(state)).toEqual([]);
  });
});
