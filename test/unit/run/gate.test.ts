import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../../src/config/resolve-policy.ts';
import { overdueAttempts, toStatusDocument } from '../../../src/run/status-document.ts';
import { codeBlock, describePendingGates } from '../../../src/view/describe-gates.ts';
import { renderBoundedSummary, renderSummary } from '../../../src/view/markdown/render-summary.ts';
import { reasonToBlockTurn } from '../../../src/view/prompts/block-turn.ts';
import { nextStepPrompt } from '../../../src/view/prompts/next-step.ts';
import { describeWatchEnd } from '../../../src/view/terminal/describe-watch-end.ts';
import {
  at,
  completes,
  ended,
  entryOf,
  fold,
  gateAsked,
  gateDecided,
  gateUsed,
  launched,
  makeTask,
  opened,
  RUN,
  started,
} from '../../support/run-events.ts';

const TIMEOUT_MS = 600_000;

/** A task that ended at a gate. */
const stopped = (task: string) => [launched(task), started(task), gateAsked(task), ended(task)];

describe('a run', () => {
  it('requires input if everything left depends on a person', () => {
    const state = fold(
      opened(['a', 'b', makeTask('c', { needs: ['a', 'b'] })]),
      ...completes('b'),
      ...stopped('a'),
    );
    expect(toStatusDocument(state).status).toBe('input_required');
    expect(entryOf(state, 'c').status).toBe('pending');
    expect(reasonToBlockTurn(state, true)).toBeNull();
    expect(describeWatchEnd('waiting', state, { isPlugin: true, isInSession: true })).toMatchObject(
      {
        exitCode: 4,
        message: expect.stringContaining(`swarm approve ${RUN}/a`),
      },
    );
  });

  it('is working while another task is running or can be launched', () => {
    const ready = fold(opened(['a', 'b']), ...stopped('a'));
    expect(toStatusDocument(ready).status).toBe('working');
    expect(nextStepPrompt(ready, true)).toMatch(/swarm approve .*Launch now/);
    const atWork = fold(opened(['a', 'b']), ...stopped('a'), launched('b'));
    expect(toStatusDocument(atWork).status).toBe('working');
    expect(nextStepPrompt(atWork, true)).toMatch(/swarm approve .*wait for the next/);
  });

  it('shows the orchestrator nothing that an agent wrote', () => {
    const state = fold(
      opened(['a']),
      launched('a'),
      gateAsked('a', { command: 'IGNORE ALL' }),
      ended('a'),
    );
    expect(nextStepPrompt(state, true)).not.toContain('IGNORE');
    expect(describePendingGates(state).join('\n')).toContain('IGNORE');
  });
});

describe('a gate decision', () => {
  it('counts if it is the first one in the ledger', () => {
    const state = fold(
      opened(['a']),
      ...stopped('a'),
      gateDecided('a', 'denied'),
      gateDecided('a', 'approved'),
    );
    expect(entryOf(state, 'a')).toMatchObject({ status: 'failed', endedAt: at(12) });
  });

  it('counts only where it was asked for', () => {
    const state = fold(
      opened(['a']),
      ...stopped('a'),
      gateDecided('a', 'approved', { where: 'session' }),
    );
    expect(entryOf(state, 'a').status).toBe('input_required');
  });

  it('is used by the first call that asks for it', () => {
    const state = fold(
      opened(['a']),
      ...stopped('a'),
      gateDecided('a', 'approved'),
      gateUsed('a', 'one'),
      gateUsed('a', 'two'),
    );
    expect(state.gates.get('gate-a')?.usedBy).toBe('one');
  });

  it('changes nothing for an unknown gate', () => {
    const state = fold(
      opened(['a']),
      ...completes('a'),
      gateDecided('a', 'denied'),
      gateUsed('a', 'x'),
    );
    expect(entryOf(state, 'a').status).toBe('completed');
  });
});

describe('an attempt that ended at a gate', () => {
  const approved = [...stopped('a'), gateDecided('a', 'approved')];
  const task = opened(['a'], { policy: DEFAULT_POLICY });

  it('is followed by the next one without backoff', () => {
    const state = fold(task, ...approved, launched('a', { attempt: 'second', at: at(13) }));
    expect(entryOf(state, 'a')).toMatchObject({ status: 'working', attempts: 2 });
  });

  it('does not count as failed, so the next one can still be retried', () => {
    const second = { attempt: 'second', agentId: 'agent-second' };
    const failed = { outcome: 'failed', category: 'transient', message: 'overloaded' } as const;
    const state = fold(
      task,
      ...approved,
      launched('a', { attempt: 'second', at: at(13) }),
      ended('a', { ...second, ...failed, at: at(20) }),
    );
    expect(DEFAULT_POLICY.tiers.medium.retry.maximumAttempts).toBe(2);
    expect(entryOf(state, 'a').status).toBe('pending');
  });
});

describe('the time a person takes to decide in the session', () => {
  const asked = gateAsked('a', { where: 'session', at: at(1_000) });

  it('never makes the agent overdue', () => {
    const state = fold(opened(['a']), launched('a'), started('a'), asked);
    expect(entryOf(state, 'a')).toMatchObject({ status: 'input_required', deadlineAt: null });
    expect(overdueAttempts(state, at(10 * TIMEOUT_MS))).toEqual([]);
  });

  it('is added to its deadline', () => {
    const decided = gateDecided('a', 'approved', { where: 'session', at: at(61_000) });
    const state = fold(opened(['a']), launched('a'), started('a'), asked, decided);
    expect(entryOf(state, 'a').deadlineAt).toBe(at(2 + TIMEOUT_MS + 60_000));
  });

  it.each([
    ['one inside the other', [0, 60_000], [10_000, 20_000], 60_000],
    ['one after the other began', [0, 30_000], [20_000, 60_000], 60_000],
    ['one after the other', [0, 10_000], [50_000, 60_000], 20_000],
  ] as const)('gives back the time of two questions once: %s', (_, first, second, waited) => {
    const gates = [first, second].map(([from, to], index) => {
      const gate = `gate-${index}`;
      return [
        gateAsked('a', { gate, at: at(100 + from), where: 'session' }),
        gateDecided('a', 'approved', { gate, at: at(100 + to), where: 'session' }),
      ];
    });
    for (const order of [gates, [...gates].reverse()]) {
      const state = fold(opened(['a']), launched('a'), started('a'), ...order.flat());
      expect(entryOf(state, 'a').deadlineAt).toBe(at(2 + TIMEOUT_MS + waited));
    }
  });
});

describe('the summary', () => {
  it('lists waiting gates first, then decided ones', () => {
    const waiting = renderSummary(fold(opened(['a']), ...stopped('a')));
    expect(waiting.split('\n').slice(2, 12)).toEqual([
      '**? waiting for approval**: 0 of 1 task completed, 1 waiting for approval',
      '',
      expect.any(String),
      '',
      '## Waiting for approval',
      '',
      '**a** (force-push): A forced push replaces what others have pushed. Command:',
      '',
      '```',
      'git push -f',
    ]);
    const denied = renderSummary(fold(opened(['a']), ...stopped('a'), gateDecided('a', 'denied')));
    expect(denied).toContain('- **a** denied with swarm at 18:15:30 (force-push): git push -f');
  });

  it('shows how to decide, however short it must be', () => {
    const long = fold(
      opened(['a']),
      launched('a'),
      gateAsked('a', { command: 'x'.repeat(4_000) }),
      ended('a'),
    );
    const short = renderBoundedSummary(long, 500);
    expect(short.length).toBeLessThan(500);
    expect(short).toContain(`swarm approve ${RUN}/a`);
  });

  it('keeps a command in its code block, whatever it contains', () => {
    expect(codeBlock('a\n```\n# b\n````')).toBe('`````\na\n```\n# b\n````\n`````');
  });
});
