import { describe, expect, it, test } from 'vitest';
import { newWorkerStream, readStreamLine } from '../../../src/claude/stream-json.ts';
import { DEFAULT_POLICY } from '../../../src/config/resolve-policy.ts';
import { dueTasks, readyTasks } from '../../../src/run/ready-tasks.ts';
import { usageLimitEnd } from '../../../src/run/usage-limit.ts';
import { nextStepPrompt } from '../../../src/view/prompts/next-step.ts';
import { at, ended, entryOf, fold, launched, opened, started } from '../../support/run-events.ts';

/** A local time, which is how the client names it. */
const local = (...parts: [number, number, number, number, number]) =>
  new Date(...parts).toISOString();
const NOW = local(2026, 10, 28, 1, 0);

describe('usageLimitEnd', () => {
  it.each([
    ["You've hit your 5-hour limit · resets 3:20am", local(2026, 10, 28, 3, 20)],
    ['You’ve hit your session limit · resets 12am (Europe/Berlin)', local(2026, 10, 29, 0, 0)],
    ["You've hit your weekly limit · resets Dec 3, 3pm", local(2026, 11, 3, 15, 0)],
    ["You've hit your weekly limit · resets Jan 2 at 3pm", local(2027, 0, 2, 15, 0)],
    ["You've reached your Opus limit · resets 12:30pm", local(2026, 10, 28, 12, 30)],
    ["You've hit your usage limit.", local(2026, 10, 28, 2, 0)],
  ])('reads %s', (message, end) => {
    expect(usageLimitEnd(message, NOW)).toBe(end);
  });

  it.each([
    'API Error: 529 overloaded',
    'Concurrent subagent limit reached',
    "This request would exceed your account's rate limit.",
  ])('finds none in %s', (message) => {
    expect(usageLimitEnd(message, NOW)).toBeNull();
  });
});

test('the stream of a worker tells when a limit that rejects requests ends', () => {
  const stream = newWorkerStream();
  const line = (status: string) =>
    JSON.stringify({
      type: 'rate_limit_event',
      rate_limit_info: { status, resetsAt: 1_795_900_000 },
    });
  readStreamLine(stream, line('allowed_warning'));
  expect(stream.limitedUntil).toBeNull();
  readStreamLine(stream, line('rejected'));
  expect(stream.limitedUntil).toBe(new Date(1_795_900_000_000).toISOString());
});

describe('a usage limit', () => {
  const HOUR = 3_600_000;
  const limited = {
    event: 'usage.limited',
    at: at(9),
    attempt: 'call-a',
    until: at(HOUR),
  } as const;
  const failure = ended('a', { outcome: 'failed', category: 'transient', message: 'limit' });
  const events = [opened(['a', 'b'], { policy: DEFAULT_POLICY }), launched('a'), started('a')];
  const state = fold(...events, limited, failure);

  it('costs no attempt, even the only one', () => {
    const once = fold(opened(['a', 'b']), launched('a'), started('a'), limited, failure);
    expect(entryOf(once, 'a')).toMatchObject({ status: 'pending' });
    expect(entryOf(once, 'a').message).toContain('usage limit until 2026-11-22 19:15 UTC');
  });

  it('lets nothing be launched before it ends, not even a task without an attempt', () => {
    expect(readyTasks(state)).toEqual([]);
    expect(dueTasks(state, at(HOUR - 1))).toEqual({ due: [], nextDueAt: at(HOUR) });
    expect(dueTasks(state, at(HOUR)).due).toHaveLength(2);
    const early = fold(...events, limited, failure, launched('b', { at: at(100) }));
    expect(early.attempts.get('call-b')?.refusal).toMatchObject({ reason: 'too-early' });
    expect(nextStepPrompt(state, true)).toMatch(/usage limit applies until .*: launch nothing/);
  });

  it('ends once anything happens after its end', () => {
    const later = { event: 'run.adopted', at: at(HOUR), session: 'session-2' } as const;
    expect(readyTasks(fold(...events, limited, failure, later))).toHaveLength(2);
  });
});
